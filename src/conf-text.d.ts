/** A configuration file that the build puts into the bundle as text. */
declare module '*.conf' {
  const text: string;
  export default text;
}

/** Completions for shells, likewise. */
declare module '*.bash' {
  const text: string;
  export default text;
}
declare module '*.fish' {
  const text: string;
  export default text;
}
declare module '*/_exact' {
  const text: string;
  export default text;
}

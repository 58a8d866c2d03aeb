/** A configuration file that the build puts into the bundle as text. */
declare module '*.conf' {
  const text: string;
  export default text;
}

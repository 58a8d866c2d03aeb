/**
 * tcpserver, and whatever runs under it: qmail, netqmail, notqmail. What starts it may be any script, so nothing here
 * knows which rules it reads; and qmail-smtpd logs no refusal.
 */
import type { Mta } from '../mta.ts';
import { askTcpRulesCheck } from './ask-map.ts';

const lookedUp: readonly string[] = ['tcprules'];

/** The server tcpserver. */
export const tcpserver = {
  name: 'tcpserver',
  title: 'tcpserver',
  looksUp: ({ type }) => lookedUp.includes(type),
  askMap: ({ type, path }, addresses) => (lookedUp.includes(type) ? askTcpRulesCheck(path, addresses) : []),
} as const satisfies Mta;

/** All MTAs that Exact knows: a new one is a folder here and a row in this list. */
import type { RefusalLog } from '../refusals/relay-refusal.ts';
import { courier } from './courier/mta.ts';
import { exim } from './exim/mta.ts';
import type { Mta } from './mta.ts';
import { opensmtpd } from './opensmtpd/mta.ts';
import { postfix } from './postfix/mta.ts';
import { sendmail } from './sendmail/mta.ts';
import { tcpserver } from './tcpserver/mta.ts';

const rows = [postfix, exim, sendmail, opensmtpd, tcpserver, courier] as const;

/** Names of MTAs, as findings have them. */
export type MtaName = (typeof rows)[number]['name'];

/** All MTAs, in the order in which they are asked and told of. */
export const mtas: readonly (Mta & { readonly name: MtaName })[] = rows;

/** What is known of the refusals of MTAs, of all whose logs tell. */
export const refusalLogs: readonly RefusalLog[] = mtas.flatMap(({ refusals }) => refusals ?? []);

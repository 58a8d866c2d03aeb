/** Courier's couriertcpd and courieresmtpd. Nothing here reads its configuration or asks its programs. */
import type { Mta } from '../mta.ts';
import stanzas from './refusals.conf';

const lookedUp: readonly string[] = ['courier'];

/** The MTA Courier. */
export const courier = {
  name: 'courier',
  title: 'Courier',
  looksUp: ({ type }) => lookedUp.includes(type),
  refusals: { stanzas, isWrittenTwice: false },
} as const satisfies Mta;

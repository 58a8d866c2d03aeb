/** Courier's couriertcpd and courieresmtpd. Nothing here reads its configuration or asks its programs. */
import type { Mta } from '../mta.ts';

const lookedUp: readonly string[] = ['courier'];

/** The MTA Courier. */
export const courier = {
  name: 'courier',
  title: 'Courier',
  looksUp: ({ type }) => lookedUp.includes(type),
} as const satisfies Mta;

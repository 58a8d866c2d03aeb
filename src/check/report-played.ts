/** How the conversations of `exact update --check --as ADDRESS` are told: to people by line, to programs as JSON. */
import type { Invocation } from '../host/invocation.ts';
import type { Played, PlayedStep } from '../mtas/dialogue.ts';
import type { Address } from '../relay/address.ts';
import { chooseColours } from '../terminal/colour.ts';
import { escapeControls } from '../terminal/escape.ts';

/** A client, and its conversations. */
export interface PlayedClient {
  readonly address: Address;
  readonly mayRelay: boolean;
  /** Why it may, or may not. */
  readonly why: string;
  readonly played: readonly { readonly mta: string; readonly played: Played }[];
}

/** Writes the steps of both, and what they come to; returns whether all is as it should be. */
export function reportPlayed(invocation: Invocation, client: PlayedClient, stranger: PlayedClient): boolean {
  const isRefused = client.played.some(({ played }) => endOf(played).verdict === 'refused');
  const isOpen = stranger.played.some(({ played }) => endOf(played).verdict === 'accepted');
  if (invocation.has('json')) for (const each of [client, stranger]) writeJson(invocation, each);
  else {
    for (const each of [client, stranger]) writeText(invocation, each);
    const { stdout } = invocation.world;
    for (const words of [clientSums(client), strangerSums(stranger, isOpen)]) {
      stdout.write(`${escapeControls(words)}\n`);
    }
    stdout.write('no mail was sent\n');
  }
  return !isRefused && !isOpen;
}

/** The step that decides: the first that is not accepted for sure, else the last. */
function endOf({ steps }: Played): PlayedStep {
  const end =
    steps.find(({ verdict }) => verdict === 'refused') ?? steps.find(({ verdict }) => verdict !== 'accepted');
  return end ?? (steps.at(-1) as PlayedStep);
}

function writeJson({ world }: Invocation, { address, mayRelay, why, played }: PlayedClient): void {
  for (const { mta, played: one } of played) {
    for (const { step, verdict, said, reply, by } of one.steps) {
      const row = { as: address, relays: mayRelay, why, mta, way: one.way, step, verdict, said, reply, by };
      world.stdout.write(`${JSON.stringify(row)}\n`);
    }
  }
}

function writeText(invocation: Invocation, { address, mayRelay, why, played }: PlayedClient): void {
  const { stdout, env } = invocation.world;
  const colours = chooseColours({ option: invocation.value('color'), env, isTerminal: stdout.isTerminal });
  const paint: Record<PlayedStep['verdict'], (text: string) => string> = {
    accepted: colours.green,
    refused: mayRelay ? colours.red : colours.cyan,
    'may be refused': colours.yellow,
  };
  const may = mayRelay ? 'may relay' : 'may not relay';
  for (const { mta, played: one } of played) {
    stdout.write(`${escapeControls(`as ${address}, which ${may} (${why}): ${mta}, ${one.way}`)}\n`);
    for (const { step, verdict, said, reply, by } of one.steps) {
      const words = [said, reply].filter((each) => each !== undefined).join(': ');
      stdout.write(`${paint[verdict](verdict.padEnd(14))}  ${step.padEnd(6)}  ${escapeControls(words)}\n`);
      if (by !== undefined) stdout.write(`${' '.repeat(16)}${'by'.padEnd(6)}  ${escapeControls(by)}\n`);
    }
  }
}

function clientSums({ address, mayRelay, played }: PlayedClient): string {
  const ends = played.map(({ mta, played: one }) => ({ mta, way: one.way, ...endOf(one) }));
  const refused = ends.find(({ verdict }) => verdict === 'refused');
  const doubtful = ends.find(({ verdict }) => verdict === 'may be refused');
  if (refused !== undefined)
    return `${address} is refused at ${refused.step} by ${refused.mta}${mayRelay ? '' : ': it is not in the relay table'}`;
  if (doubtful !== undefined) return `${address} may be refused at ${doubtful.step} by ${doubtful.mta}`;
  return `${address} may send${mayRelay ? '' : ', though it is not in the relay table'}`;
}

function strangerSums({ address }: PlayedClient, isOpen: boolean): string {
  return isOpen
    ? `${address}, which is made up, may send: an open relay`
    : `${address}, which is made up, is refused`;
}

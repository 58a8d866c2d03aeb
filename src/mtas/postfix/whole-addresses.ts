/**
 * Lists that ask a map for whole addresses: in a cdb or hash they find none of the networks that `ipv6-prefix` publishes,
 * which check_client_access alone asks for.
 */
import { addOutput } from '../../config/fixes.ts';
import type { Settings } from '../../config/settings.ts';
import { holdsFamily } from '../../maps/output.ts';
import type { MtaFinding } from '../mta.ts';
import { lookupOf, namedTable, type PostfixLookup } from './lookups.ts';
import { changeTo, type Parameters } from './main-cf.ts';
import { wordsOf } from './restrictions.ts';

const asking = [
  'mynetworks',
  'postscreen_access_list',
  'smtpd_client_event_limit_exceptions',
  'smtpd_milter_maps',
  'local_header_rewrite_clients',
];

/** Looks at them; the fix names a table that does hold networks beside the one that is found wanting. */
export function checkWholeAddresses(settings: Settings, service: Parameters): MtaFinding[] {
  const { ipv6Prefix, outputs } = settings;
  const lookups = outputs.flatMap((output) => lookupOf(output) ?? []);
  const ofIPv6 = lookups.filter(({ output }) => holdsFamily(output, 'ipv6'));
  if (ipv6Prefix === 128) return [];
  const whole = ofIPv6.find(({ type }) => type === 'cidr');
  return ofIPv6
    .filter(({ isKeyed }) => isKeyed)
    .flatMap((keyed) =>
      asking.flatMap((name) => {
        const words = wordsOf(service.written(name));
        if (!names(words, keyed) || (whole !== undefined && names(words, whole))) return [];
        const text = `${service.place(name)} asks ${keyed.name} for whole addresses: it finds no network, which ipv6-prefix ${ipv6Prefix} publishes`;
        return [
          { level: 'WARN', text, ...besides(settings, service, { name, words, keyed, whole }) } as const,
        ];
      }),
    );
}

function names(words: readonly string[], lookup: PostfixLookup): boolean {
  const { answerBy } = namedTable([lookup], lookup);
  return words.some((word) => answerBy(word) !== undefined);
}

interface Wanting {
  readonly name: string;
  readonly words: readonly string[];
  readonly keyed: PostfixLookup;
  readonly whole: PostfixLookup | undefined;
}

function besides(settings: Settings, service: Parameters, { name, words, keyed, whole }: Wanting) {
  const path = `${keyed.output.path.replace(/\.cdb$/, '')}.cidr`;
  const added = whole === undefined ? `${addOutput(settings, `cidr ${path} ipv6`)} && exact update && ` : '';
  const table = whole?.name ?? `cidr:${path}`;
  const value = words
    .flatMap((word) => (names([word], keyed) ? [word, word.replace(keyed.name, table)] : [word]))
    .join(' ');
  const { fix, undo } = changeTo(service, [name, value]);
  return { fix: `${added}${fix}`, undo };
}

import { expect, it } from 'vitest';
import { refusalLogs } from '../../../src/mtas/mtas.ts';
import { explainRefusal } from '../../../src/mtas/postfix/explain-refusal.ts';
import { RefusalReader } from '../../../src/refusals/refusal-reader.ts';
import { refusalRules } from '../../../src/refusals/refusal-rules.ts';
import { utc } from '../../../src/syslog/zone.ts';
import { linesOf, samples } from '../../refusals/samples.ts';

it('knows what each line of the samples means, and what is to be changed', () => {
  const rules = refusalLogs.flatMap((log) => refusalRules(log));
  const reader = new RefusalReader({ rules, ownLogs: [], zone: utc, connectWindow: 120 });
  const told = new Set<string>();
  const [sample] = samples.filter(({ file }) => file === 'postfix/refusals-elsewhere.log');
  for (const chunk of linesOf(sample?.bytes ?? Buffer.alloc(0)))
    reader.read(chunk, (refusal) => told.add(explainRefusal(refusal) ?? 'relaying'));
  expect([...told]).toHaveLength(14);
  expect([...told]).toEqual(
    expect.arrayContaining([
      'Message delivery request rate limit exceeded: smtpd_client_event_limit_exceptions wants the map',
      'a milter refused it (451 4.3.5 Server configuration problem - try again later): smtpd_milter_maps wants the map',
      'a milter refused it (5.7.1 rejected by DMARC policy for local.example): smtpd_milter_maps wants the map',
      'a policy service refused it (Greylisted, see http://postgrey.schweikert.ch/help/local.example.html): the lookup belongs before check_policy_service',
      'a policy service refused it (Message rejected due to: SPF fail - not authorized. Please see http://www.openspf.net/Why?s=mfrom;id=alice@local.example;ip=198.51.100.7;r=local.example): the lookup belongs before check_policy_service',
      `a table or 'reject' refused it, as a port for passwords does: the lookup belongs before that`,
      'a policy service refused it (greylisted): the lookup belongs before check_policy_service',
      'has no host name: the lookup belongs before reject_unknown_client_hostname',
      'is new to postscreen: postscreen_access_list wants the lookup',
      'is on the DNS list dialup.example, by postscreen: postscreen_access_list wants the lookup',
      'is on the DNS list dialup.example: the lookup belongs before reject_rbl_client',
      'its HELO was refused (need fully-qualified hostname): the lookup belongs before that word in smtpd_helo_restrictions',
      'relaying',
      'the sender wants a login: the lookup belongs before reject_sender_login_mismatch',
    ]),
  );
});

it('leaves a reply that it does not know as it is, and takes no word of a client for one of Postfix', () => {
  expect(explainRefusal({ cause: '550 5.1.1 <x@remote.example>: no' })).toBe(
    'was refused: 550 5.1.1 <x@remote.example>: no',
  );
  const said = '554 5.7.1 <"Service unavailable; Client host [x] blocked using y"@remote.example>: no';
  expect(explainRefusal({ cause: said })).toBe(`was refused: ${said}`);
});

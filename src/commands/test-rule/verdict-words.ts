/** The verdict on a login of a sample, in words. */
import { durationText } from '../../config/duration.ts';
import { policyOf } from '../../config/policy.ts';
import type { Settings } from '../../config/settings.ts';
import { createJudge, type Verdict } from '../../relay/judge.ts';
import type { Login } from '../../relay/login.ts';
import { clockWords } from '../../terminal/words.ts';
import { readsMaillog } from './lines.ts';
import type { TestRuleInvocation } from './options.ts';

/** Says what the relay table would make of a login. */
export interface VerdictTeller {
  judge(login: Login): Verdict;
  /** `verdict at that time: authorised until 10:34:26`. */
  words(login: Login, verdict: Verdict): string;
}

/**
 * Returns a teller. A login of a sample is judged at its own time; one of the configured mail log, or with
 * `--now`, at the time of the call. Revocations are not asked: they are of the state, not of the rule.
 */
export function createVerdicts(invocation: TestRuleInvocation, settings: Settings): VerdictTeller {
  const isLive = invocation.has('now') || readsMaillog(invocation);
  const judge = createJudge(policyOf(settings, invocation.now, []), settings);
  const nowFor = (login: Login) => (isLive ? invocation.now : login.time);
  return {
    judge: (login) => judge.judge(login, nowFor(login)),
    words(login, verdict) {
      const now = nowFor(login);
      const when = isLive ? 'verdict now' : 'verdict at that time';
      if (verdict.isAuthorised) {
        const session = settings.sessions ? ', and while its session stays open' : '';
        return `${when}: authorised until ${clockWords(verdict.until, now, settings.timezone)}${session}`;
      }
      const { kind, reason } = verdict.refusal;
      const limit = kind === 'too old' ? ` of ${durationText(settings.timeout)}` : '';
      return `${when}: refused: ${reason}${limit}`;
    },
  };
}

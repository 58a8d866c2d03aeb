import { describe, expect, it } from 'vitest';
import { hostileLines, longestLine, slowestMatch } from '../../src/rules/hostile-lines.ts';

describe('hostileLines()', () => {
  it('are as long as lines may be, and hold what the expression is after', () => {
    const lines = hostileLines(['Login: user=<', 'rip=']);
    for (const line of lines) {
      expect(line.length).toBeGreaterThan(longestLine - 30);
      expect(line.length).toBeLessThanOrEqual(longestLine);
    }
    expect(lines.filter((line) => line.startsWith('Login: user=<')).length).toBe(2);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('are some where nothing is known of the expression', () => {
    expect(hostileLines([]).length).toBeGreaterThan(5);
  });
});

describe('slowestMatch()', () => {
  it('measures every line, and stops at the first that takes too long', () => {
    let clock = 0;
    const seen: string[] = [];
    const match = (line: string): void => {
      seen.push(line);
      clock += line === 'slow' ? 51 : 3;
    };
    expect(slowestMatch(match, ['a', 'b'], () => clock)).toBe(3);
    expect(slowestMatch(match, ['a', 'slow', 'b'], () => clock)).toBe(51);
    expect(seen).toEqual(['a', 'b', 'a', 'slow', 'slow', 'slow']);
  });
});

import { describe, expect, it } from 'vitest';
import { commonLine, hasAddressName, theAddress } from '../../../src/rule-debugger/proof/disjoint.ts';
import { parseShapes } from '../../../src/rule-debugger/proof/shape.ts';

const file = `# a comment
source  its source
unseen  nobody has it
<shape failed login>
    program  zpopd zpop3d
    slot     name 0-8 [^"]
    line     ^FAIL "%{name}" from %{peer}$
</shape>
`;

/** The shortest line that an expression and the shape of a file have in common. */
function commonOf(expanded: string, text = file, longest = 499): string | undefined {
  const [shape] = parseShapes('z', text).shapes;
  if (shape === undefined) throw new Error('no shape');
  const address = theAddress('203.0.113.66');
  return commonLine(
    { expanded, isOriginalForm: false, isAddressGroup: hasAddressName, longest, address },
    shape,
  );
}

describe('parseShapes()', () => {
  it('takes a file apart', () => {
    const { server, sources, unseen, shapes } = parseShapes('z', file);
    expect({ server, sources, unseen }).toEqual({
      server: 'z',
      sources: ['its source'],
      unseen: 'nobody has it',
    });
    expect(shapes).toMatchObject([{ name: 'failed login', programs: ['zpopd', 'zpop3d'], after: undefined }]);
    expect(shapes[0]?.slots.get('name')).toMatchObject({ min: 0, max: 8 });
  });

  it.each([
    { text: 'nonsense', fault: "z/shapes.conf:1: 'nonsense' outside a shape" },
    { text: '<shape a>\nprogram a\nline %{b}\n</shape>', fault: "shapes.conf:4: no slot 'b'" },
    { text: '<shape a>\nline x\n</shape>', fault: "shape 'a' has no program or no line" },
    { text: '<shape a>\nslot x .\n</shape>', fault: "wanted 'slot NAME MIN-MAX UNIT'" },
    { text: '<shape a>\nprogram a\nline x\nafter b\n</shape>', fault: "'a' is after 'b'" },
    { text: '<shape a>\nprogram a\nline x', fault: "'</shape>' is missing" },
    { text: '<shape a>\nprogram a\nline (\n</shape>', fault: 'shapes.conf:4: (: ' },
  ])('says what is wrong: $fault', ({ text, fault }) => {
    expect(() => parseShapes('z', text)).toThrow(fault);
  });
});

describe('commonLine()', () => {
  it.each([
    { expression: '^FAIL "(?<user>.+)" from (?<address>.+)$', line: 'FAIL "x" from 203.0.113.66' },
    { expression: 'from (?<address>[0-9.]+)', line: 'FAIL "" from 203.0.113.66' },
    { expression: '(?i)^fail "(?<user>X{3})" .*(?<address>[0-9.]+)$', line: 'FAIL "xXX" from 203.0.113.66' },
    { expression: '^OK (?<user>.+) (?<address>.+)$', line: undefined },
    { expression: '^FAIL "(?<user>.{9,})" from (?<address>.+)$', line: undefined },
    { expression: '^FAIL "(?<user>"+)" from (?<address>.+)$', line: undefined },
  ])('is the shortest of $expression', ({ expression, line }) => {
    const found = commonOf(expression);
    expect(found?.toLowerCase()).toBe(line?.toLowerCase());
  });

  it('counts bytes: characters are as many as they are', () => {
    const cut = file.replace('0-8 [^"]', '900- .').replace('" from %{peer}', '');
    const expression = '^FAIL "(?:.{1,300})" from (?<address>.{12})$';
    expect(commonOf(expression, cut, 1000)).toMatch(/^FAIL "[^x]*x*" from 203\.0\.113\.66$/);
    expect(commonOf(expression.replace('.{1,300}', '[a-z]{1,300}'), cut, 1000)).toBeUndefined();
    expect(commonOf(expression, cut)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { factsOf, transformNames } from '../../../../src/learn/data/augment/catalogue.ts';
import type { Pack } from '../../../../src/learn/data/augment/packs/pack.ts';
import { forbids, heldAgainst, type PackName, packs } from '../../../../src/learn/data/augment/packs.ts';

const names = Object.keys(packs) as PackName[];

/** Written down a second time on purpose: who takes something out of a pack has to say so here. */
const forbidden: Readonly<Record<PackName, readonly string[]>> = {
  digits: ['flip', 'rotate > 30', 'shear > 30', 'crop', 'erase > 0.1', 'cutmix'],
  'natural-images': ['flip = vertical', 'rotate > 45'],
  'medical-images': [
    'flip',
    'rotate > 15',
    'contrast > 0.2',
    'brightness > 0.1',
    'blur > 1',
    'erase',
    'crop',
    'cutmix',
  ],
  text: ['word_dropout > 0.3', 'word_swap > 0.3', 'typos > 0.1'],
  tables: ['noise > 0.5', 'swap > 0.3'],
  series: ['scale > 0.5', 'noise > 0.5'],
};

describe.each(names)('the pack %s', (name) => {
  const pack: Pack = packs[name];

  it('forbids what it is known to forbid, each with its reason', () => {
    const told = pack.forbidden.map(({ name: transform, beyond }) => {
      if (beyond === undefined) return transform;
      return typeof beyond === 'number' ? `${transform} > ${beyond}` : `${transform} = ${beyond}`;
    });
    expect(told).toEqual(forbidden[name]);
    for (const { why } of pack.forbidden) expect(why).toMatch(/^[a-z"].{25,}[^.]$/);
  });

  it('has an opinion of every transform of its kind, and of no other', () => {
    const able = transformNames.filter((each) => (factsOf(each).kinds as readonly string[]).includes(pack.kind));
    const always = pack.forbidden.filter(({ beyond }) => beyond === undefined).map((rule) => rule.name);
    expect([...pack.allowed, ...always].sort()).toEqual([...able].sort());
    for (const { name: each, beyond } of pack.forbidden) expect(pack.allowed.includes(each)).toBe(beyond !== undefined);
  });

  it('forbids none of its own defaults', () => {
    const asked = Object.entries(pack.defaults).map(([each, amount]) => ({ name: each as 'flip', amount }));
    expect(asked.length).toBeGreaterThan(0);
    expect(heldAgainst(name, asked, {})).toEqual({});
  });

  it('refuses each of them with its reason, and up to the limit allows it', () => {
    for (const rule of pack.forbidden) {
      const { beyond } = rule;
      const amount =
        typeof beyond === 'number' ? beyond * 1.01 : (beyond ?? (rule.name === 'flip' ? 'horizontal' : 0.01));
      const asked = [{ name: rule.name, amount }];
      expect(() => heldAgainst(name, asked, {})).toThrow(rule.why);
      expect(() => heldAgainst(name, asked, {})).toThrow(`hint: leave it out, or say why`);
      expect(heldAgainst(name, asked, { [rule.name]: 'so it is' })).toEqual({ [rule.name]: 'so it is' });
      if (typeof beyond === 'number') expect(forbids(rule, { name: rule.name, amount: beyond })).toBe(false);
    }
  });
});

it('all that is forbidden is told at once', () => {
  const asked = [
    { name: 'flip', amount: 'horizontal' },
    { name: 'rotate', amount: 90 },
  ] as const;
  expect(() => heldAgainst('digits', asked, {})).toThrow(/a mirrored 2 is no digit.*; and rotate of 90 \(beyond 30\)/);
});

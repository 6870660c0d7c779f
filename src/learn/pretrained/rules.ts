import { StageError } from '../error.ts';
import { bertNames } from './bert-names.ts';

/** How names of a file become names of the network's weights; the first rule that fits a name is taken. */
export type Rule = PatternRule | PrefixRule | NamesRule;

export interface PatternRule {
  /** A regular expression that the whole name has to match. */
  readonly from: string;
  /** The new name, with `$1` for what the first group has matched; null: the tensor is left out. */
  readonly to: string | null;
}

export interface PrefixRule {
  /** What the name begins with. */
  readonly prefix: string;
  /** What stands there instead; null: the tensor is left out. */
  readonly to: string | null;
}

export interface NamesRule {
  /** Rules that are known here: how Hugging Face names BERT's weights. */
  readonly names: 'bert';
}

export interface Renamed {
  /** The file's name. */
  readonly from: string;
  /** As the rules say; the same where none fits; null: left out. */
  readonly to: string | null;
}

/**
 * Renames by rules.
 *
 * @throws StageError where a rule fits no name at all: it would be one that does not do what its author thinks.
 */
export const rename = (names: readonly string[], rules: readonly Rule[]): readonly Renamed[] => {
  const compiled = rules.flatMap(compile);
  const used = new Set<number>();
  const renamed = names.map((from): Renamed => {
    const index = compiled.findIndex(({ pattern }) => pattern.test(from));
    if (index === -1) return { from, to: from };
    used.add(index);
    const { pattern, to } = compiled[index]!;
    return { from, to: to === null ? null : from.replace(pattern, to) };
  });
  const idle = compiled.find(({ mayIdle }, index) => !mayIdle && !used.has(index));
  if (idle === undefined) return renamed;
  throw new StageError(
    `the rule ${idle.told} of pretrained.map fits no name of the file, or only names that a rule before it takes`,
    `the file has ${examples(names)}`,
  );
};

/** Some names, for a message. */
export const examples = (names: readonly string[]): string =>
  names.length <= 6 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;

/**
 * A regular expression that a whole name has to match.
 *
 * @param param where it stands, for the message.
 * @throws StageError where it is none.
 */
export const wholeName = (source: string, param: string): RegExp => {
  try {
    return new RegExp(`^(?:${source})$`, 'u');
  } catch (error) {
    throw new StageError(`params.${param}: ${(error as Error).message}`, 'a point that is meant as such is \\.');
  }
};

interface Compiled {
  readonly pattern: RegExp;
  readonly to: string | null;
  /** How the rule is called in messages. */
  readonly told: string;
  /** Rules that are known here are for all files of a kind, and not each has all names. */
  readonly mayIdle: boolean;
}

const compile = (rule: Rule): readonly Compiled[] => {
  if ('names' in rule) return known[rule.names].flatMap(compile).map((each) => ({ ...each, mayIdle: true }));
  const { to } = rule;
  if ('from' in rule) {
    const told = `{ "from": "${rule.from}" }`;
    return [{ pattern: wholeName(rule.from, 'pretrained.map'), to, told, mayIdle: false }];
  }
  const pattern = new RegExp(`^${rule.prefix.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}`, 'u');
  const literal = to === null ? null : to.replaceAll('$', '$$$$');
  return [{ pattern, to: literal, told: `{ "prefix": "${rule.prefix}" }`, mayIdle: false }];
};

const known: Readonly<Record<NamesRule['names'], readonly Rule[]>> = { bert: bertNames };

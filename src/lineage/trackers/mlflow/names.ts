import { createHash } from 'node:crypto';

/**
 * Names that MLflow takes, by the names that are wanted. It allows letters, digits, `_`, `-`, `.`, spaces and slashes,
 * 250 characters in all, and none that would lead elsewhere as a path, since its file store has a file of each. Only
 * ASCII is used here, and no slash but the one between a group and a name, so that no file's name is a folder's too.
 *
 * A name that cannot stay gets 8 digits of its digest, lest two become one.
 *
 * @see mlflow/utils/validation.py
 */
export const mlflowNames = (wanted: readonly Wanted[]): readonly string[] => {
  const taken = new Set<string>();
  return wanted.map(({ group, name }) => {
    const kept = group === undefined ? name : `${group}/${name}`;
    const clean = group === undefined ? cleaned(name) : `${cleaned(group)}/${cleaned(name)}`;
    const fits = clean === kept && clean.length <= longest && !taken.has(clean);
    const given = fits ? clean : `${clean.slice(0, longest - 9)}-${digits(kept)}`;
    taken.add(given);
    return given;
  });
};

export interface Wanted {
  /** What its interface groups names by. */
  readonly group?: string;
  readonly name: string;
}

const longest = 250;

/** `.` and `..` would be folders. */
const cleaned = (name: string): string => {
  const clean = name.replace(/[^A-Za-z0-9_.\- ]/g, '_');
  return /^\.{0,2}$/.test(clean) ? `_${clean}` : clean;
};

const digits = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 8);

import type { Change, Trigger } from './changes.ts';

/** What is remembered from run to run, so that stages that write inputs do not run for ever. */
export interface Memory {
  /** By group: how many runs in a row it has caused by changing during the one before. */
  readonly echoes: ReadonlyMap<string, { readonly runs: number; readonly stages: readonly string[] }>;
  /** Runs in a row that nothing but such changes caused. */
  readonly inARow: number;
  /** Runs so far. */
  readonly runs: number;
  /** Groups that are not looked at until they change while nothing runs. */
  readonly leftOut: ReadonlySet<string>;
}

export const noMemory: Memory = { echoes: new Map(), inARow: 0, runs: 0, leftOut: new Set() };

/** However patient the groups are, so many runs in a row may be caused by changes during the one before. */
export const mostInARow = 10;

/** Sorts out, of the changes during a run, those of groups that have had their turns. */
export const sift = (changes: readonly Change[], memory: Memory) => {
  const leftOut = new Set(memory.leftOut);
  const left: { readonly path: string; readonly stages: readonly string[] }[] = [];
  const taken: Change[] = [];
  for (const change of changes) {
    if (leftOut.has(change.group)) continue;
    const echo = memory.echoes.get(change.group);
    if ((echo?.runs ?? 0) < change.patience && memory.inARow < mostInARow) taken.push(change);
    else {
      leftOut.add(change.group);
      const stages = [...new Set([...(echo?.stages ?? []), ...change.during])].sort();
      left.push({ path: change.path, stages });
    }
  }
  return { taken, memory: left.length > 0 ? { ...memory, leftOut } : memory, leftOut: left };
};

/** A run begins: a group that caused it, as it caused the one before, is one run further. */
export const counting = (memory: Memory, { changes, echoes, asked }: Trigger): Memory => {
  if (changes.length > 0 || asked || echoes.length === 0)
    return { ...memory, runs: memory.runs + 1, echoes: new Map(), inARow: 0 };
  const counted = new Map<string, { runs: number; stages: readonly string[] }>();
  for (const { group, during } of echoes) {
    const runs = (memory.echoes.get(group)?.runs ?? 0) + 1;
    const stages = counted.get(group)?.stages ?? memory.echoes.get(group)?.stages ?? [];
    counted.set(group, { runs, stages: [...new Set([...stages, ...during])] });
  }
  return { ...memory, runs: memory.runs + 1, echoes: counted, inARow: memory.inARow + 1 };
};

/** What changes while nothing runs is somebody's own doing, and looked at again. */
export const heeding = (memory: Memory, changes: readonly Change[]): Memory => {
  const groups = new Set(changes.map(({ group }) => group));
  return {
    ...memory,
    echoes: new Map([...memory.echoes].filter(([group]) => !groups.has(group))),
    leftOut: new Set([...memory.leftOut].filter((group) => !groups.has(group))),
  };
};

export const forgiving = (memory: Memory): Memory => ({ ...memory, echoes: new Map(), inARow: 0, leftOut: new Set() });

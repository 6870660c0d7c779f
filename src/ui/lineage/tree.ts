import { wrap } from '../text.ts';

/** A line with lines that belong to it. */
export interface TreeNode {
  readonly text: string;
  readonly children: readonly TreeNode[];
}

/**
 * Draws trees below one another; a line that is too long goes on below its own beginning.
 *
 *     train
 *     ├─ params  epochs 3
 *     └─ train ← augment.train
 *        └─ augment
 */
export const drawTree = (nodes: readonly TreeNode[], columns: number): string[] =>
  nodes.flatMap((node) => [...wrap(node.text, Math.max(least, columns)), ...drawChildren(node, { lead: '', columns })]);

const least = 24;

const drawChildren = ({ children }: TreeNode, { lead, columns }: { lead: string; columns: number }): string[] =>
  children.flatMap((child, i) => {
    const last = i === children.length - 1;
    const below = `${lead}${last ? '   ' : '│  '}`;
    const [first = '', ...rest] = wrap(child.text, Math.max(least, columns - below.length));
    // Lines that go on stand left of nothing but the child's own children.
    const bar = child.children.length > 0 ? '│  ' : '   ';
    return [
      `${lead}${last ? '└─ ' : '├─ '}${first}`,
      ...rest.map((line) => `${below}${bar}${line}`),
      ...drawChildren(child, { lead: below, columns }),
    ];
  });

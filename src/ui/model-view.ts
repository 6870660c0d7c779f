import type { DescribedLayer, LintFinding, ModelDescription } from '../types/model-program.ts';
import { formatBytes, formatCount, plural } from './format.ts';
import { factLines, hang, type LineageView } from './lineage/facts.ts';
import { clip, oneLine, padEnd, padStart, widthOf } from './text.ts';

/** What `stemma model` shows. */
export interface ModelView extends ModelDescription {
  readonly pipeline: string;
  readonly stage: string;
}

/** A network for people: a line a layer, what it takes, and what speaks against it. Ends with a line end. */
export const renderModel = (view: ModelView, look: LineageView): string => {
  const { pipeline, stage, layers, findings } = view;
  const { bold } = look.paint;
  const title = `${bold(oneLine(pipeline))}: ${bold(oneLine(stage))}, ${plural(layers.length, 'layer')}`;
  const against = findings.length === 0 ? [] : ['', ...findings.flatMap((finding) => told(finding, look))];
  return [title, '', ...table(layers, look), '', ...factLines(factsOf(view), look), ...against, ''].join('\n');
};

const table = (layers: readonly DescribedLayer[], { paint, columns }: LineageView): string[] => {
  const frozen = layers.some((layer) => layer.parameters.frozen > 0);
  const rows = [
    ['layer', 'kind', 'output', frozen ? 'trainable' : 'parameters', ...(frozen ? ['frozen'] : []), 'FLOPs'],
    ...layers.map((layer) => rowOf(layer, frozen)),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))));
  const names = Math.min(widths[0]!, Math.max(12, columns - sum(widths.slice(1)) - 2 * widths.length));
  return rows.map((row, index) => {
    const cells = row.map((cell, column) => {
      if (column === 0) return padEnd(clip(cell, names), names);
      return column < 3 ? padEnd(cell, widths[column]!) : padStart(cell, widths[column]!);
    });
    const line = `  ${cells.join('  ')}`.trimEnd();
    return index === 0 ? paint.dim(line) : line;
  });
};

const rowOf = ({ name, kind, outputShape, parameters, flops }: DescribedLayer, frozen: boolean): string[] => [
  ...[oneLine(name), oneLine(kind), outputShape.join('×'), formatCount(parameters.trainable)],
  ...(frozen ? [formatCount(parameters.frozen)] : []),
  flops === null ? '?' : formatCount(flops),
];

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

const factsOf = ({ parameters, flops, memory }: ModelView): [string, string][] => {
  const { trainable, frozen } = parameters;
  const { weights, gradients, slots, activations, total, batchSize } = memory;
  const parts = [
    `weights ${formatBytes(weights)}`,
    `gradients ${formatBytes(gradients)}`,
    `optimizer ${formatBytes(slots)}`,
    `activations ${formatBytes(activations)}`,
  ];
  return [
    [
      'parameters',
      `${formatCount(trainable + frozen)}: ${formatCount(trainable)} trainable, ${formatCount(frozen)} frozen`,
    ],
    ['FLOPs of an example', `${flops.uncounted.length > 0 ? 'at least ' : ''}${formatCount(flops.forward)}, forward`],
    ['not counted', flops.uncounted.join(', ')],
    [
      'memory of a step',
      `at least ${formatBytes(total)} with batches of ${formatCount(batchSize)}: ${parts.join(', ')}`,
    ],
  ];
};

const told = ({ id, severity, evidence, remedy, ignored }: LintFinding, look: LineageView): string[] => {
  const word = ignored === undefined ? severity : 'let be';
  const lines = ignored === undefined ? [evidence, remedy] : [evidence, `because: ${ignored}`];
  return [
    `  ${look.paint.bold(word)}: ${oneLine(id)}`,
    ...lines.flatMap((line) => hang('    ', oneLine(line), { columns: look.columns, indent: 4 })),
  ];
};

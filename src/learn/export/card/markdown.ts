import type { CardMetric, CardPort, ExportedModelCard } from '../../../types/generated/model-card.ts';
import { grouped } from '../../data/words.ts';
import { formatMetric, sayInterval } from '../../metrics/format.ts';

/** The card as people read it, and as code hosts show it. */
export const markdownOf = (card: ExportedModelCard): string =>
  `${[
    `# ${plain(card.name)}`,
    said(card, 'summary'),
    predicts(card),
    section('Intended use', said(card, 'intended_use')),
    section('Out of scope', said(card, 'out_of_scope')),
    section('Limits', [said(card, 'limits'), findings(card)].filter(isThere).join('\n\n')),
    section('How good it is', metrics(card)),
    section('What it takes', takes(card)),
    section('Formats', formats(card)),
    section('Data and training', training(card)),
    section('Where it comes from', lineage(card)),
    section('License and contact', license(card)),
  ]
    .filter(isThere)
    .join('\n\n')}\n`;

const isThere = (text: string | undefined): text is string => text !== undefined && text !== '';

const section = (title: string, body: string | undefined): string | undefined =>
  isThere(body) ? `## ${title}\n\n${body}` : undefined;

const said = ({ said: all }: ExportedModelCard, key: string): string | undefined => {
  const text = all[key];
  if (text === undefined) return undefined;
  return typeof text === 'string' ? plain(text) : text.map((each) => `- ${plain(each)}`).join('\n');
};

const predicts = ({ answers }: ExportedModelCard): string => {
  const { target, kind, classes } = answers;
  if (classes === null) return `It predicts ${code(target)}, a number.`;
  const shown = classes.slice(0, 20).map(code).join(', ');
  const more = classes.length > 20 ? `, and ${classes.length - 20} more` : '';
  return `It predicts ${code(target)}, ${amounts[kind]} ${classes.length} ${nouns[kind]}: ${shown}${more}.${taken(answers)}`;
};

const amounts = { classes: 'one of', labels: 'any number of', tags: 'for each word one of', number: '' } as const;
const nouns = { classes: 'classes', labels: 'labels', tags: 'tags', number: '' } as const;

/** From which probability on, where that was chosen, or is a matter of it. */
const taken = ({ kind, decision }: ExportedModelCard['answers']): string => {
  if (decision === undefined) return kind === 'labels' ? ' A label is taken from a probability of 0.5 on.' : '';
  const { thresholds, metric, rows } = decision;
  const each = thresholds.map(({ answer, value }) => `${code(answer)} from ${formatMetric(value)}`).join(', ');
  const rest = kind === 'classes' ? ', and else the most probable of the others' : '';
  return ` Taken by probability: ${each} on${rest}; chosen for ${code(metric)} on ${grouped(rows)} validation examples.`;
};

const findings = ({ findings: found }: ExportedModelCard): string | undefined =>
  found.length === 0 ? undefined : `Found in the network before it was trained:\n\n${found.map((each) => `- ${plain(each)}`).join('\n')}`; // biome-ignore format: one text

const metrics = ({ evaluation }: ExportedModelCard): string | undefined => {
  if (evaluation === undefined) return undefined;
  const rows = Object.entries(evaluation.metrics).map(([name, metric]) => [code(name), ...figure(metric), metric.baseline === undefined ? '' : formatMetric(metric.baseline)]); // biome-ignore format: one list
  return `On ${grouped(evaluation.rows)} examples that it was not trained on:\n\n${table(['metric', 'value', '95 % interval', 'baseline'], rows)}`; // biome-ignore format: one text
};

/** The value, and its interval. */
const figure = ({ value, low, high }: CardMetric): readonly [string, string] => {
  if (low === undefined || high === undefined) return [formatMetric(value), ''];
  const said = sayInterval({ value, low, high });
  return [said.value, `${said.low} – ${said.high}`];
};

const takes = ({ takes: { raw, shape, features } }: ExportedModelCard): string => {
  if (raw.length === 0) return `Features of the shape [${shape.join(', ')}]: ${features.map(code).join(', ')}.`;
  const rows = raw.map(({ name, kind, categories, shape: own }) => [
    ...[code(name), kind],
    categories?.slice(0, 12).map(code).join(', ') ?? (own === undefined ? '' : `[${own.join(', ')}]`),
  ]);
  return table(['column', 'kind', 'labels or shape'], rows);
};

const formats = ({ variants }: ExportedModelCard): string => {
  const rows = variants.map(({ name, bytes, largest_difference: off }) => [code(name), grouped(bytes), off === null ? 'not checked' : small(off)]); // biome-ignore format: one list
  const first = variants.find(({ inputs }) => inputs.length > 0);
  const called = first && `Inputs of ONNX and SavedModel: ${ports(first.inputs)}. Outputs: ${ports(first.outputs)}.`;
  return [table(['folder', 'bytes', 'largest difference to the model'], rows), called].filter(isThere).join('\n\n');
};

/** As `image` (uint8 [batch, 28, 28, 1]). */
const ports = (all: readonly CardPort[]): string =>
  all.map(({ name, dtype, shape }) => `${code(name)} (${dtype} [${shape.map((size) => size ?? 'batch').join(', ')}])`).join(', '); // biome-ignore format: one call

const small = (value: number): string =>
  value === 0 ? '0' : value < 0.001 ? value.toExponential(1) : value.toFixed(4);

const training = (card: ExportedModelCard): string => {
  const { network, training: trained, preparation } = card;
  const layers = Object.entries(network.layers).map(([kind, count]) => `${count} × ${kind}`);
  const lines = [
    said(card, 'data'),
    ...preparation.map((step) => `- ${plain(step)}`),
    `- a network of ${grouped(network.parameters)} weights: ${layers.join(', ')}`,
    ...(trained === undefined ? [] : [`- ${grouped(trained.epochs)} epochs, of which the weights of epoch ${trained.kept} were kept: ${code(trained.monitor)} ${formatMetric(trained.value)}`]), // biome-ignore format: one list
  ];
  return lines.filter(isThere).join('\n');
};

const lineage = ({ made_from }: ExportedModelCard): string => {
  const rows = Object.entries(made_from).map(([dep, digest]) => [dep, code(digest)]);
  return `\`stemma trace DIGEST\` says what each of these was made from, down to the raw files.\n\n${table(['what', 'digest'], rows)}`; // biome-ignore format: one text
};

const license = (card: ExportedModelCard): string =>
  [said(card, 'license'), said(card, 'contact')].filter(isThere).join('\n\n');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n'); // biome-ignore format: one chain

/** Text that comes from data or users is shown as it is: nothing in it is Markdown or HTML. */
const plain = (text: string): string => text.replaceAll(/[\\`*_[\]<>#|&]/g, (character) => `\\${character}`).replaceAll(/\s+/g, ' '); // biome-ignore format: one line

/** A name as code, whatever stands in it. */
const code = (text: string): string => {
  const one = text.replaceAll(/\s+/g, ' ');
  if (!one.includes('`')) return `\`${one}\``;
  return `\`\` ${one} \`\``;
};

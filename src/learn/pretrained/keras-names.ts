/**
 * What the weights of a Keras 3 file are called: it knows them by the place of their layer and a number, as
 * `layers/conv2d/vars/0`, and keeps the layer's own name beside.
 *
 * @param path of the weight in the file.
 * @param nameOf the name that the file keeps for the object at a path; undefined where it keeps none.
 * @param count of weights of the same object.
 * @returns `conv_1/kernel`; where the kind of layer does not tell what its weights are, `odd_1/vars/0`.
 */
export const nameOfVariable = (path: string, nameOf: (path: string) => string | undefined, count: number): string => {
  const segments = path.split('/');
  const number = segments.at(-1)!;
  const places = segments.slice(0, -2);
  const names = places.flatMap((place, depth) => {
    // A model has its layers in a folder of that name, and a recurrent layer has a cell, which has its weights.
    if (place === 'layers' || (place === 'cell' && depth === places.length - 1)) return [];
    return [nameOf(places.slice(0, depth + 1).join('/')) ?? place];
  });
  const last = places.at(-1) === 'cell' ? `${stemOf(places.at(-2) ?? '')}_cell` : stemOf(places.at(-1) ?? '');
  const variables = variablesOf(last, count);
  return [...names, ...(variables === undefined ? ['vars', number] : [variables[Number(number)] ?? number])].join('/');
};

/** Keras numbers layers of one kind: `conv2d`, `conv2d_1`. */
const stemOf = (place: string): string => place.replace(/_\d+$/, '');

const variablesOf = (kind: string, count: number): readonly string[] | undefined => {
  const found = kinds.find(({ test }) => test.test(kind));
  return found !== undefined && count <= found.names.length && count >= found.least ? found.names : undefined;
};

/** In the order in which Keras makes them. With fewer than `least`, the first ones may be the ones that are not there. */
const kinds: readonly { readonly test: RegExp; readonly names: readonly string[]; readonly least: number }[] = [
  { test: /^separable_conv/, names: ['depthwise_kernel', 'pointwise_kernel', 'bias'], least: 2 },
  { test: /^(depthwise_)?conv\d?d|dense$/, names: ['kernel', 'bias'], least: 1 },
  { test: /^embedding$/, names: ['embeddings'], least: 1 },
  { test: /^batch_normalization$/, names: ['gamma', 'beta', 'moving_mean', 'moving_variance'], least: 4 },
  { test: /_normalization$/, names: ['gamma', 'beta'], least: 2 },
  { test: /^(lstm|gru|simple_rnn)_cell$/, names: ['kernel', 'recurrent_kernel', 'bias'], least: 2 },
  { test: /^p_re_lu$/, names: ['alpha'], least: 1 },
];

/**
 * What a weight of a file of Keras 2, or of Keras's older format, is called: such a file has a folder for each layer and
 * the weight's whole name in it, as `cnn/conv_1/kernel:0`.
 *
 * @returns `conv_1/kernel`: what follows the layer's own name, without a recurrent layer's cell.
 */
export const nameOfLegacyWeight = (layer: string, weight: string): string => {
  const segments = weight.replace(/:\d+$/, '').split('/');
  const from = segments.indexOf(layer);
  const rest = segments.slice(from === -1 ? Math.max(0, segments.length - 1) : from + 1);
  return [layer, ...rest.filter((segment) => !/^(lstm|gru|simple_rnn)_cell(_\d+)?$/.test(segment))].join('/');
};

/** What a type also is: a data set is a folder, a history is JSON and so a file. Types of a user's own stand alone. */
const broader: Readonly<Record<string, string>> = {
  dataset: 'folder',
  model: 'folder',
  history: 'json',
  evaluation: 'json',
  preview: 'json',
  json: 'file',
  table: 'file',
  html: 'file',
};

/** Whether an out of one type can be given to a dep that asks for another. `any` fits on both sides. */
export const typesFit = (out: string, dep: string): boolean => {
  if (out === 'any' || dep === 'any' || out === dep) return true;
  const isOwn = broader[out] === undefined && out !== 'file' && out !== 'folder';
  if (isOwn && (dep === 'file' || dep === 'folder')) return true;
  return broader[out] !== undefined && typesFit(broader[out], dep);
};

/** Whether a type is a file or a folder; undefined where it can be either. */
export const shapeOf = (type: string): 'file' | 'folder' | undefined =>
  type === 'file' || type === 'folder' ? type : broader[type] === undefined ? undefined : shapeOf(broader[type]);

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelCard } from '../../types/generated/model.ts';
import { StageError } from '../error.ts';
import { isModelCard } from '../generated/model.js';
import { readFormat } from '../json.ts';

/** Name of the file in a model's folder that says what it was made for. */
export const cardFile = 'stemma.json';

/** @throws StageError where the folder holds no model that this version knows. */
export const readCard = async (folder: string): Promise<ModelCard> => {
  const path = join(folder, cardFile);
  if (!existsSync(path)) {
    throw new StageError(`${folder} is no model: it has no ${cardFile}`, 'an out of type model is needed here');
  }
  return readFormat({ path, name: path }, 'stemma-model-v1', isModelCard);
};

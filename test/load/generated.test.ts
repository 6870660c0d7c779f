import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateValidators } from '../../scripts/generate-validators.mjs';

const root = join(import.meta.dirname, '../..');

it('what is generated is in step with its sources: `npm run generate` would change nothing', async () => {
  for (const [path, text] of Object.entries(await generateValidators())) {
    expect(readFileSync(join(root, path), 'utf8') === text, `${path} is out of date`).toBe(true);
  }
});

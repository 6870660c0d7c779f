// Writes src/types/generated/ from schemas/: the types that the code is checked against are those that users' files are.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';

const banner = '/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */';
const out = 'src/types/generated';

// The pipeline's schema is composed; its types come from schemas/source/, with the validators.
const isSource = (name) => name.endsWith('.schema.json') && name !== 'pipeline.schema.json';
const sources = readdirSync('schemas').filter(isSource).sort();

mkdirSync(out, { recursive: true });
for (const file of sources) {
  const schema = JSON.parse(readFileSync(`schemas/${file}`, 'utf8'));
  const types = await compile(schema, schema.title, {
    bannerComment: banner,
    style: { singleQuote: true, printWidth: 120 },
  });
  writeFileSync(`${out}/${file.replace('.schema.json', '.ts')}`, types);
}

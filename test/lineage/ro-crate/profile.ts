import type { Entity, Reference } from '../../../src/lineage/ro-crate/entity.ts';

/** What is wrong with a crate, as one finds it who knows the specifications alone. */
export const crateProblems = (graph: readonly Entity[]): string[] => {
  const crate = read(graph);
  return [
    ...jsonProblems(graph),
    ...rootProblems(crate),
    ...dataProblems(crate),
    ...actionProblems(crate),
    ...workflowProblems(crate),
    ...provenanceProblems(crate),
  ];
};

interface Crate {
  readonly all: readonly Entity[];
  readonly root: Entity;
  readonly workflow: Entity;
  readonly get: (id: string) => Entity | undefined;
  readonly of: (type: string) => readonly Entity[];
  readonly linked: (from: Entity, property: string) => readonly Entity[];
}

const read = (all: readonly Entity[]): Crate => {
  const byId = new Map(all.map((each) => [each['@id'], each]));
  const get = (id: string) => byId.get(id);
  const of = (type: string) => all.filter((each) => typesOf(each).includes(type));
  const linked = (from: Entity, property: string) =>
    asArray(from[property]).flatMap((to) => get((to as Reference)['@id']) ?? []);
  const nothing: Entity = { '@id': 'nothing', '@type': 'Thing' };
  const root = get('./') ?? nothing;
  return { all, root, workflow: linked(root, 'mainEntity')[0] ?? nothing, get, of, linked };
};

const asArray = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
export const typesOf = (entity: Entity): readonly string[] => asArray(entity['@type']) as string[];
const check = (holds: boolean, problem: string): string[] => (holds ? [] : [problem]);

/** JSON-LD: flattened, each id once and a valid reference, each reference led to something that is described. */
const jsonProblems = (graph: readonly Entity[]): string[] => {
  const ids = new Set(graph.map((each) => each['@id']));
  const described = (id: string) => ids.has(id) || known.test(id);
  const properties = graph.flatMap((each) =>
    Object.entries(each).flatMap(([name, value]) => asArray(value).map((item) => ({ id: each['@id'], name, item }))),
  );
  return [
    ...check(ids.size === graph.length, 'an id is described twice'),
    ...graph.flatMap((each) => check(isReference(each['@id']), `${each['@id']} is no IRI reference`)),
    ...properties.flatMap(({ id, name, item }) => {
      if (typeof item !== 'object') return [];
      const keys = Object.keys(item as object);
      if (keys.length !== 1 || keys[0] !== '@id') return [`${id} ${name} is nested`];
      return check(described((item as Reference)['@id']), `${id} ${name} leads nowhere`);
    }),
  ];
};

// What the specifications name without a description.
const known = /^(http:\/\/schema\.org\/\w+ActionStatus|https:\/\/w3id\.org\/ro\/crate\/1\.1)$/;

/** RFC 3987: letters of any script, what RFC 3986 allows, and `%` before two hexadecimal digits alone. */
const isReference = (id: string): boolean =>
  /^(?:[\w.~:/?#[\]@!$&'()*+,;=\p{L}\p{N}-]|%[0-9A-Fa-f]{2})+$/u.test(id) && URL.canParse(id, 'http://crate/');

/** RO-Crate 1.1: root-data-entity. */
const rootProblems = ({ root, get, linked }: Crate): string[] => {
  const descriptor = get('ro-crate-metadata.json');
  if (descriptor === undefined) return ['there is no metadata descriptor'];
  const conformsTo = asArray(descriptor['conformsTo']).map((to) => (to as Reference)['@id']);
  const profiles = linked(root, 'conformsTo');
  const permalinks = ['process', 'workflow', 'provenance'].map((name) => `https://w3id.org/ro/wfrun/${name}/0.5`);
  return [
    ...check(typesOf(descriptor).includes('CreativeWork'), 'the descriptor is no CreativeWork'),
    ...check((descriptor['about'] as Reference)['@id'] === './', 'the descriptor is not about the root'),
    ...check(conformsTo.includes('https://w3id.org/ro/crate/1.1'), 'the descriptor conforms to no RO-Crate'),
    ...check(typesOf(root).includes('Dataset'), 'the root is no Dataset'),
    ...['name', 'description', 'license'].flatMap((name) => check(!!root[name], `the root has no ${name}`)),
    ...check(isTime(root['datePublished']), 'the root has no datePublished'),
    ...permalinks.flatMap((id) =>
      check(
        profiles.some((each) => each['@id'] === id && typesOf(each).includes('CreativeWork')),
        `no ${id}`,
      ),
    ),
  ];
};

const isTime = (value: unknown): boolean =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);

/** RO-Crate 1.1: data-entities. The file of a run's pipeline and all files and folders are parts of the root. */
const dataProblems = ({ root, all, linked }: Crate): string[] => {
  const parts = new Set(linked(root, 'hasPart'));
  const data = all.filter(
    (each) => each !== root && typesOf(each).some((type) => type === 'File' || type === 'Dataset'),
  );
  return data.flatMap((each) => {
    const id = each['@id'];
    const isFolder = typesOf(each).includes('Dataset');
    const isAbsolute = URL.canParse(id);
    return [
      ...check(parts.has(each), `${id} is no part of the root`),
      ...check(isAbsolute || !/^[#/]|(^|\/)\.\.(\/|$)/.test(id), `${id} is neither a path in the crate nor absolute`),
      ...check(!isFolder || isAbsolute || id.endsWith('/'), `the id of folder ${id} has no / at its end`),
      ...check(/^[0-9a-f]{64}$/.test(String(each['sha256'])), `${id} has no sha256`),
      ...check(
        typesOf(each).includes('HowTo') || /^\d+$/.test(String(each['contentSize'])),
        `${id} has no contentSize`,
      ),
    ];
  });
};

/** Process Run Crate. */
const actionProblems = ({ root, of, linked }: Crate): string[] => {
  const mentioned = new Set(linked(root, 'mentions'));
  const runnable = ['SoftwareApplication', 'SoftwareSourceCode', 'ComputationalWorkflow'];
  return of('CreateAction').flatMap((action) => {
    const id = action['@id'];
    const [instrument, ...more] = linked(action, 'instrument');
    const failed = (action['actionStatus'] as Reference | undefined)?.['@id'].endsWith('FailedActionStatus') === true;
    const isRunnable = instrument !== undefined && typesOf(instrument).some((type) => runnable.includes(type));
    return [
      ...check(isRunnable && more.length === 0, `${id} has not one instrument`),
      ...check(mentioned.has(action), `${id} is not mentioned by the root`),
      ...check(!!action['name'] && !!action['description'], `${id} is not described`),
      ...check(isTime(action['startTime']) && isTime(action['endTime']), `${id} has no times`),
      ...check('error' in action === failed, `${id} has an error and did not fail, or the reverse`),
    ];
  });
};

/** Workflow Run Crate. */
const workflowProblems = ({ workflow, of, linked }: Crate): string[] => {
  const types = ['File', 'SoftwareSourceCode', 'ComputationalWorkflow'];
  const slots = new Set([...linked(workflow, 'input'), ...linked(workflow, 'output')]);
  const runs = of('CreateAction').filter((action) => linked(action, 'instrument')[0] === workflow);
  const [language] = linked(workflow, 'programmingLanguage');
  return [
    ...types.flatMap((type) => check(typesOf(workflow).includes(type), `the main entity is no ${type}`)),
    ...check(runs.length === 1, 'the workflow has not run once'),
    ...['name', 'url', 'version'].flatMap((name) => check(!!language?.[name], `the language has no ${name}`)),
    ...[...slots].flatMap((slot) => check(typesOf(slot).includes('FormalParameter'), `${slot['@id']} is no parameter`)),
    ...of('FormalParameter').flatMap((slot) =>
      check(!!slot['additionalType'] && !!slot['name'], `${slot['@id']} has no type or name`),
    ),
    ...of('PropertyValue').flatMap((value) =>
      check(
        linked(value, 'exampleOfWork').length === asArray(value['exampleOfWork']).length && 'value' in value,
        `${value['@id']} has no value, or realizes nothing`,
      ),
    ),
  ];
};

/** Provenance Run Crate. */
const provenanceProblems = ({ workflow, of, linked }: Crate): string[] => {
  const tools = new Set(linked(workflow, 'hasPart'));
  const steps = linked(workflow, 'step');
  const isTool = (each: Entity | undefined) => each !== undefined && tools.has(each);
  const runs = of('CreateAction').filter((action) => linked(action, 'instrument')[0] !== workflow);
  return [
    ...check(tools.size > 0 && typesOf(workflow).includes('HowTo'), 'the workflow has no tools'),
    ...runs.flatMap((run) => check(isTool(linked(run, 'instrument')[0]), `${run['@id']} runs no tool of the workflow`)),
    ...check(steps.length === of('HowToStep').length, 'a step is not the workflow’s'),
    ...steps.flatMap((step) => check(isTool(linked(step, 'workExample')[0]), `${step['@id']} has no tool`)),
    ...check(
      steps.every((step, i) => step['position'] === i),
      'the steps are not in their order',
    ),
    ...of('ControlAction').flatMap((control) => [
      ...check(steps.includes(linked(control, 'instrument')[0]!), `${control['@id']} is of no step`),
      ...check(runs.includes(linked(control, 'object')[0]!), `${control['@id']} has no execution`),
    ]),
    ...of('OrganizeAction').flatMap((organize) => [
      ...check(linked(organize, 'instrument').length === 1, 'the engine is not described'),
      ...check(linked(organize, 'object').length === of('ControlAction').length, 'the engine did not control all'),
      ...check(linked(organize, 'result').length === 1, 'the engine has no result'),
    ]),
    ...of('ParameterConnection').flatMap((connection) =>
      check(
        [...linked(connection, 'sourceParameter'), ...linked(connection, 'targetParameter')].length === 2,
        `${connection['@id']} does not connect two parameters`,
      ),
    ),
  ];
};

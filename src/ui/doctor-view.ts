import type { BackendDiagnosis } from '../machine/doctor/backends.ts';
import type { Examination } from '../machine/doctor/examine.ts';
import type { Tool } from '../machine/doctor/tools.ts';
import { type Rung, sayRung } from '../machine/rungs.ts';
import { formatBytes, formatCount, plural } from './format.ts';
import type { Paint } from './paint.ts';
import { oneLine, padEnd, padStart, wrap } from './text.ts';

export interface DoctorView {
  readonly paint: Paint;
  readonly columns: number;
}

/** What the doctor found: the machine, then each backend with a word whether it works. Ends with a line end. */
export const renderExamination = (found: Examination, view: DoctorView): string =>
  [
    view.paint.bold('this machine'),
    '',
    ...machineLines(found).flatMap(([name, text]) => labelled(name, oneLine(text), view.columns)),
    '',
    view.paint.bold('backends, in the order in which `auto` tries them'),
    '',
    ...found.backends.flatMap((backend) => backendLines(backend, view)),
    '',
    found.auto === undefined
      ? view.paint.red('no backend works here')
      : `\`auto\` takes ${sayRung(found.auto)} for a model that it can train`,
    '',
  ].join('\n');

/** What is being tried, for people who wait. */
export const sayTrying = (what: Rung | 'machine', measure: boolean): string =>
  what === 'machine' ? 'looking at the machine' : `trying ${sayRung(what)}${measure ? ', and measuring' : ''}`;

const machineLines = (found: Examination): readonly (readonly [string, string])[] => {
  const { tools, nvidia, adapters, vulkan } = found;
  return [
    ['Node', found.node],
    ['system', `${found.system}, ${plural(found.processors, 'processor')}${found.unfit ? `; ${found.unfit}` : ''}`],
    ['compiler', sayTool(tools.compiler)],
    ['Python', sayTool(tools.python)],
    ['pip', sayTool(tools.pip)],
    ...(tools.pythonTensorflow ? [['TensorFlow of Python', tools.pythonTensorflow] as const] : []),
    [
      'NVIDIA driver',
      nvidia.found ? `${nvidia.driver}${nvidia.cuda ? `, serves CUDA up to ${nvidia.cuda}` : ''}` : nvidia.why,
    ],
    ...(nvidia.found
      ? nvidia.gpus.map((gpu) => [`GPU ${gpu.index}`, `${gpu.name}, ${formatBytes(gpu.memory)}`] as const)
      : []),
    ['CUDA libraries', sayLibraries(found)],
    ...(vulkan ? [['Vulkan loader', vulkan.path ?? `there is no ${vulkan.name} here`] as const] : []),
    ...(typeof adapters === 'string' || adapters.length === 0
      ? [['WebGPU adapters', typeof adapters === 'string' ? `cannot be asked for: ${adapters}` : 'none'] as const]
      : adapters.map(
          ({ name, vendor, software }) =>
            ['WebGPU adapter', `${name}${software ? ', in software: slower than wasm' : ` (${vendor})`}`] as const,
        )),
  ];
};

const sayTool = (tool: Tool): string => (tool.found ? tool.version : tool.why);

const sayLibraries = ({ cudaLibraries }: Examination): string => {
  const missing = cudaLibraries.filter(({ path }) => path === undefined).map(({ name }) => name);
  if (missing.length === 0) return `all ${cudaLibraries.length} that TensorFlow opens`;
  if (missing.length === cudaLibraries.length) return `none of the ${missing.length} that TensorFlow opens`;
  return `missing: ${missing.join(', ')}`;
};

const labelled = (name: string, text: string, columns: number): string[] => {
  const indent = 2 + nameWidth;
  return wrap(text, columns - indent).map((line, i) => `  ${padEnd(i === 0 ? name : '', nameWidth)}${line}`);
};

const nameWidth = 22;

const backendLines = (backend: BackendDiagnosis, { paint, columns }: DoctorView): readonly string[] => {
  const { works, version = '', speed, why, hint, described, software } = backend;
  const word = works ? paint.green('works') : paint.yellow('no   ');
  const head = `  ${padEnd(sayRung(backend), 18)} ${padEnd(version, 8)} ${word}  `;
  const indent = 2 + 18 + 1 + 8 + 1 + 5 + 2;
  const speeds = speed && `${gflops(speed.matMul.gflops)}  ${images(speed.cnn.imagesPerSecond)}`;
  const facts = works
    ? [
        ...(speeds === undefined ? ['a few steps were trained'] : []),
        ...(described ? [`${described}${software ? ': a software adapter, which `auto` never takes' : ''}`] : []),
      ]
    : [`${why}`, ...(hint === undefined ? [] : [`hint: ${hint}`])];
  const lines = [...(speeds ? [speeds] : []), ...facts.flatMap((fact) => wrap(oneLine(fact), columns - indent))];
  return lines.map((line, i) => (i === 0 ? `${head}${line}` : `${' '.repeat(indent)}${line}`));
};

const gflops = (value: number): string => `${padStart(rounded(value), 7)} GFLOP/s`;
const images = (value: number): string => `${padStart(rounded(value), 7)} images/s`;
const rounded = (value: number): string => (value >= 10 ? formatCount(Math.round(value)) : value.toFixed(1));

// A process that carries out one command line after the other, each as the program does when it is started: with its
// own folder, environment and words, up to the moment at which nothing is left to do and the process would end.
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const program = pathToFileURL(process.argv[2]);
const said = { stdout: '', stderr: '' };
let carriedOut = 0;
let isBusy = false;

for (const name of ['stdout', 'stderr'])
  process[name].write = (data, ...rest) => {
    said[name] += typeof data === 'string' ? data : Buffer.from(data).toString();
    rest.at(-1)?.();
    return true;
  };

const setEnvironment = (env) => {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
};

process.on('message', async ({ root, args, env }) => {
  process.chdir(root);
  setEnvironment(env);
  process.argv = [process.execPath, process.argv[1], ...args];
  process.exitCode = undefined;
  Object.assign(said, { stdout: '', stderr: '' });
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
  isBusy = true;
  // What has been loaded stays; the entry is evaluated again.
  program.search = `?${carriedOut++}`;
  await import(program.href);
  // Nothing but the program's own work keeps the process from its end.
  process.channel.unref();
});

process.on('beforeExit', () => {
  if (!isBusy) return;
  isBusy = false;
  process.chdir('/');
  process.channel.ref();
  process.send({ exitCode: process.exitCode ?? 0, ...said });
});

// What would have ended the program ends this process, and its last words are where they are looked for.
process.on('exit', () => {
  if (!isBusy) return;
  writeSync(1, said.stdout);
  writeSync(2, said.stderr);
});
process.on('disconnect', () => process.exit());

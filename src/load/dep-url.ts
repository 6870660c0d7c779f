import type { Dep } from '../types/pipeline.ts';
import { shapeProblem } from './dep-path.ts';
import type { Finding } from './finding.ts';
import { valueAt } from './finding.ts';
import type { DepSite, Resolving } from './resolving.ts';

interface UrlDep {
  readonly url: string;
  readonly digest: string;
  readonly as?: string;
  readonly token?: string;
}

/** `{ "url": …, "digest": … }`: one file of the web. Nothing is asked of its server here. */
export const resolveUrlDep = (dep: UrlDep, site: DepSite, resolving: Resolving): Dep | undefined => {
  const { url, digest, token } = dep;
  const read = readUrl(dep);
  const problem = typeof read === 'string' ? shapeProblem({ kind: 'file' }, site, `"${url}"`) : read;
  if (typeof read === 'string' && problem === undefined)
    return { kind: 'url', url: withoutFragment(url), name: read, digest, ...(token !== undefined && { token }) };
  const spot = valueAt(resolving.document, 'stages', site.stage.name, 'deps', site.name, 'url');
  return void resolving.report({ ...problem!, spot });
};

/** The name that the file of a url gets, or what is wrong with the url. */
export const readUrl = ({ url, as }: { readonly url: string; readonly as?: string | undefined }): string | Finding => {
  const parsed = parse(url);
  if (parsed === undefined) return { code: 'bad-url', message: `"${url}" is no http or https address` };
  return secretIn(parsed) ?? as ?? nameOf(parsed) ?? unnamed(url);
};

/** Names of the environment variables in a url: `{env.NAME}`. */
export const variablesIn = (url: string): readonly string[] => [...url.matchAll(variable)].map(([, name]) => name!);

/** Puts values in the place of `{env.NAME}`, so that each stays within its part of the url. */
export const fillUrl = (url: string, lookUp: (name: string) => string): string =>
  url.replaceAll(variable, (_, name: string) => encodeURIComponent(lookUp(name)));

const variable = /\{env\.([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Stands for a value that only the environment knows. */
const filled = 'from-the-environment';

const parse = (url: string): URL | undefined => {
  const text = url.replaceAll(variable, filled);
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  return parsed !== undefined && /^https?:$/.test(parsed.protocol) ? parsed : undefined;
};

/** What stands behind `#` never reaches a server. */
export const withoutFragment = (url: string): string => url.replace(/#.*$/s, '');

const nameOf = ({ pathname }: URL): string | undefined => {
  const last = decoded(pathname.slice(pathname.lastIndexOf('/') + 1));
  return last === undefined || /^\.{0,2}$/.test(last) || /[/\\\0]/.test(last) ? undefined : last;
};

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

const unnamed = (url: string): Finding => ({
  code: 'bad-url',
  message: `the path of "${url}" does not end in the name of a file`,
  hint: 'say with "as" under which name the stage sees it, as "data.csv"',
});

const secretIn = ({ username, password, searchParams }: URL): Finding | undefined => {
  const isWritten = (value: string) => value !== '' && value !== filled;
  const inQuery = [...searchParams].find(([name, value]) => secretNames.test(name) && isWritten(value))?.[0];
  if (inQuery === undefined && !isWritten(username) && !isWritten(password)) return undefined;
  const what = inQuery === undefined ? 'a user or a password' : `a value for "${inQuery}"`;
  return {
    code: 'secret-in-url',
    message: `the url has ${what} written in it, which would be kept with each run`,
    hint: 'write {env.NAME} in its place, and set the environment variable NAME',
  };
};

/** Names of parameters that stand for secrets, or for signatures that are as good as one. */
const secretNames =
  /^(sig|signature|key|token|secret|password|passwd|pwd|auth|credential|jwt)$|[-_.](sig|signature|key|token|secret|password|auth|credential)$|^(api|access|private)?-?_?(key|token)$|(apikey|accesskey|accesstoken|authtoken|keyid)$/i;

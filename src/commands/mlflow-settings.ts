import type { MlflowServer } from '../lineage/trackers/mlflow/server.ts';
import { UserMistake } from './user-mistake.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The server at an address. Who one is there, MLflow's own variables say: a token, or a user's name and password. The
 * address is not repeated in what is thrown: it may hold a secret.
 */
export const mlflowServer = (given: string, from: string, environment: Environment): MlflowServer => {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new UserMistake(`${from} is no http or https address`, 'as `http://localhost:5000`');
  if (url.username !== '' || url.password !== '')
    throw new UserMistake(
      `${from} holds a user name or password`,
      'give them in MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD instead',
    );
  url.hash = '';
  url.search = '';
  return { url, ...authorizationOf(environment) };
};

const authorizationOf = ({
  MLFLOW_TRACKING_TOKEN: token,
  MLFLOW_TRACKING_USERNAME: user,
  MLFLOW_TRACKING_PASSWORD: password,
}: Environment): { readonly authorization?: string } => {
  if (user && password) return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
  if (!token) return {};
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new UserMistake('MLFLOW_TRACKING_TOKEN holds characters that no HTTP header can hold');
  return { authorization: `Bearer ${token}` };
};

/** A server as people may see it. */
export const nameOf = ({ url }: MlflowServer): string => `${url.origin}${url.pathname.replace(/\/$/, '')}`;

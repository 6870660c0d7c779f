import type { Json } from '../../types/json.ts';

/** What ajv says of one mistake; only the fields that its generated code fills in. */
export interface SchemaError {
  /** JSON pointer to the value. */
  readonly instancePath: string;
  /** JSON pointer to the keyword in the schema. */
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly message?: string;
}
interface Validator {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
}
export const validatePipeline: Validator;
export const validateStageType: Validator;

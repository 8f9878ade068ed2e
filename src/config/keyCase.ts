import { z } from 'zod';

type AnySchema = z.core.$ZodType;

/** `tlsCa` -> `tls_ca` */
export function snakeCase(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The fields of an object's schema, also behind a default or a transform; null for any other schema. */
export function shapeOf(schema: AnySchema): Readonly<Record<string, AnySchema>> | null {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodPipe) return shapeOf(schema.def.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return shapeOf(schema.def.innerType);
  return null;
}

/** The schema of every entry of a list, also of one that may stand for a single entry; null for any other schema. */
export function entryOf(schema: AnySchema): AnySchema | null {
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return entryOf(schema.def.innerType);
  return null;
}

/**
 * Writes keys as a schema does (`tlsCa`) where a file has them as files do (`tls_ca`). The schema's own spelling is
 * not known in files. Keys of free maps, such as headers, stay as they are. Lists of objects are gone into.
 */
export function fromFileCase(value: unknown, schema: AnySchema): unknown {
  const entry = entryOf(schema);
  if (entry !== null && Array.isArray(value)) return value.map((each) => fromFileCase(each, entry));
  const shape = shapeOf(schema);
  if (shape === null || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const keys = new Map(Object.keys(shape).map((key) => [snakeCase(key), key]));
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const known = keys.get(key);
      const schemaOfKey = known === undefined ? undefined : shape[known];
      if (known === undefined || schemaOfKey === undefined) return [snakeCase(key), entry];
      return [known, fromFileCase(entry, schemaOfKey)];
    }),
  );
}

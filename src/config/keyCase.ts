import { z } from 'zod';

type AnySchema = z.core.$ZodType;

/** `tlsCa` -> `tls_ca` */
export function snakeCase(camel: string): string {
  return camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function shapeOf(schema: AnySchema): Readonly<Record<string, AnySchema>> | null {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodPipe) return shapeOf(schema.def.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return shapeOf(schema.def.innerType);
  return null;
}

/**
 * Writes keys as a schema does (`tlsCa`) where a file has them as files do (`tls_ca`). The schema's own spelling is
 * not known in files. Keys of free maps, such as headers, stay as they are.
 */
export function fromFileCase(value: unknown, schema: AnySchema): unknown {
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

// What there is to configure, read off the schema itself: keys, defaults and what may stand there, in words.
import * as z from 'zod';

export interface Parameter {
  /** Keys joined by dots; `NAME` stands for a key of the user's. */
  readonly key: string;
  /** What may stand there, in words. */
  readonly allowed: string;
  /** As JSON; undefined where nothing holds when nothing is said. */
  readonly standard: string | undefined;
  readonly description: string;
}

type Node = z.core.JSONSchema.BaseSchema;

/** The parameters of a schema, in its order. */
export function parametersOf(schema: z.ZodType): Parameter[] {
  return collect(z.toJSONSchema(schema, { io: 'input' }), [], '');
}

/** What may stand at a path of a schema, in words; null where there is no parameter at it. */
export function allowedAt(schema: z.ZodType, path: readonly PropertyKey[]): string | null {
  let node: Node | undefined = z.toJSONSchema(schema, { io: 'input' });
  for (const key of path) {
    const further: unknown = node?.additionalProperties;
    const child: unknown = node?.properties?.[String(key)] ?? further;
    node = typeof child === 'object' && child !== null ? (child as Node) : undefined;
  }
  return node === undefined ? null : allowed(node);
}

function collect(node: Node, path: readonly string[], inherited: string): Parameter[] {
  const description = node.description ?? inherited;
  const further = node.additionalProperties;
  if (node.properties !== undefined) {
    return Object.entries(node.properties).flatMap(([key, child]) =>
      collect(child as Node, [...path, key], ''),
    );
  }
  if (typeof further === 'object') return collect(further as Node, [...path, 'NAME'], description);
  const standard = node.default === undefined ? undefined : JSON.stringify(node.default);
  return [{ key: path.join('.'), allowed: allowed(node), standard, description }];
}

function allowed(node: Node): string {
  if (node.enum !== undefined) return node.enum.map((value) => JSON.stringify(value)).join(' or ');
  switch (node.type) {
    case 'integer':
      return `a whole number from ${node.minimum} to ${node.maximum}`;
    case 'boolean':
      return 'true or false';
    case 'object':
      return node.properties === undefined
        ? 'an object'
        : `an object of ${Object.keys(node.properties).join(', ')}`;
    default:
      return String(node.type);
  }
}

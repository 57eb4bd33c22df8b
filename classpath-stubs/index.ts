// All native methods that the machine has, by the JDK class that declares them.
import type { NativeTable } from '../jvm/natives.js';
import { natives as javaLangObject } from './java/lang/Object.js';

export const nativeTables: ReadonlyMap<string, NativeTable> = new Map<string, NativeTable>([
  ['java/lang/Object', javaLangObject],
]);

// The wording of OpenJDK's messages about classes, methods and loaders, and of the machine's own reports of exceptions.
import type { Machine } from './machine.js';
import type { Reference, RuntimeClass, RuntimeMethod } from './runtime-class.js';

const PRIMITIVE_NAMES: Readonly<Record<string, string>> = {
  Z: 'boolean',
  B: 'byte',
  C: 'char',
  S: 'short',
  I: 'int',
  J: 'long',
  F: 'float',
  D: 'double',
  V: 'void',
};

/** OpenJDK's wording of a method in error messages: void pack.Type.name(int, java.lang.String). */
export function describeMethod(ref: { name: string; descriptor: string }, holder: RuntimeClass): string {
  const close = ref.descriptor.lastIndexOf(')');
  const parameters: string[] = [];
  for (const [type] of ref.descriptor.slice(1, close).matchAll(/\[*(?:L[^;]*;|[ZBCSIJFD])/g)) {
    parameters.push(externalType(type));
  }
  return `${externalType(ref.descriptor.slice(close + 1))} ${holder.externalName}.${ref.name}(${parameters.join(', ')})`;
}

/** A type descriptor as Java source writes it, with binary names. */
export function externalType(descriptor: string): string {
  const dimensions = descriptor.lastIndexOf('[') + 1;
  const element = descriptor.slice(dimensions);
  const name = PRIMITIVE_NAMES[element] ?? element.slice(1, -1).replaceAll('/', '.');
  return name + '[]'.repeat(dimensions);
}

/** OpenJDK's message of a failed cast. */
export function castMessage(machine: Machine, from: RuntimeClass, to: RuntimeClass): string {
  const names = `class ${from.externalName} cannot be cast to class ${to.externalName}`;
  return `${names} (${placesMessage(machine, from, to)})`;
}

/** Where two classes are, as OpenJDK adds it to messages about both. */
export function placesMessage(machine: Machine, first: RuntimeClass, second: RuntimeClass): string {
  const firstPlace = describeModule(machine, first);
  const secondPlace = describeModule(machine, second);
  if (firstPlace === secondPlace) {
    return `${first.externalName} and ${second.externalName} are in ${firstPlace}`;
  }
  return `${first.externalName} is in ${firstPlace}; ${second.externalName} is in ${secondPlace}`;
}

/** Message of a second definition of a class by its loader. */
export function duplicateClassMessage(machine: Machine, type: RuntimeClass): string {
  const loader = loaderName(machine, type.loader);
  const kind = type.isInterface ? 'interface' : type.isAbstract ? 'abstract class' : 'class';
  const name = type.externalName;
  let place = `${name} is in ${describeModule(machine, type)}`;
  if (loader !== "'app'" && loader !== "'platform'" && loader !== "'bootstrap'") {
    const parent = machine.getField(type.loader, 'java/lang/ClassLoader', 'parent');
    place += `, parent loader ${loaderName(machine, parent)}`;
  }
  return `loader ${loader} attempted duplicate ${kind} definition for ${name}. (${place})`;
}

function describeModule(machine: Machine, type: RuntimeClass): string {
  let element = type;
  while (element.component) element = element.component;
  const loader = loaderName(machine, element.loader);
  const module = machine.classes.moduleOf(element);
  const nameField = machine.field('java/lang/Module', 'name');
  const name = module === 0 ? 0 : machine.heap.getInt(module + nameField.offset);
  const what = name === 0 ? 'unnamed module' : `module ${machine.heap.text(name)}`;
  return `${what} of loader ${loader}`;
}

/** A loader as OpenJDK names it in messages: 'bootstrap', 'app', or a quoted class name and hash. */
function loaderName(machine: Machine, loader: Reference): string {
  if (loader === 0) return "'bootstrap'";
  const field = machine.field('java/lang/ClassLoader', 'nameAndId');
  const text = machine.heap.getInt(loader + field.offset);
  if (text === 0) return machine.classes.of(loader).externalName;
  const name = machine.heap.text(text);
  const builtIn = /^'(app|platform)'/.exec(name);
  return builtIn ? `'${builtIn[1]}'` : name;
}

/** Message of a call of an abstract method that the receiver's class leaves abstract. */
export function abstractMethodMessage(receiver: RuntimeClass, method: RuntimeMethod): string {
  return `Receiver class ${receiver.externalName} does not define or inherit an implementation of the resolved method 'abstract ${describeMethod(method, method.declaringClass)}' of ${method.declaringClass.isInterface ? 'interface' : 'abstract class'} ${method.declaringClass.externalName}.`;
}

/** Class name, message and backtrace of an exception, for the machine's own reports. */
export function describeException(machine: Machine, exception: Reference): string {
  const message = machine.textOf(machine.getField(exception, 'java/lang/Throwable', 'detailMessage'));
  const name = machine.classes.of(exception).externalName;
  const lines = [message === null ? name : `${name}: ${message}`];
  const backtrace = machine.getField(exception, 'java/lang/Throwable', 'backtrace');
  const pairs = backtrace === 0 ? [] : machine.heap.elements(backtrace);
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const method = machine.classes.method(pairs[i]!);
    lines.push(`\tat ${method} (line ${method.lineNumber(pairs[i + 1]!)})`);
  }
  const cause = machine.getField(exception, 'java/lang/Throwable', 'cause');
  if (cause !== 0 && cause !== exception) lines.push(`Caused by: ${describeException(machine, cause)}`);
  return lines.join('\n');
}

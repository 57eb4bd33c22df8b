// For tests: a class hierarchy over some class files and the JDK's own, each parsed when it is asked for.
import { ACC } from '../../../jvm/class-file/access-flags.js';
import { type ClassFile, parseClassFile } from '../../../jvm/class-file/class-file.js';
import type { MemberQuery, TypeHierarchy } from '../../../jvm/verifier/type-hierarchy.js';
import type { JimageReader } from '../../../lib/jimage.js';

/** Classes of the application hide those of java.base, and are in packages of their own. */
export class FileHierarchy implements TypeHierarchy {
  readonly #classes = new Map<string, ClassFile>();

  constructor(
    readonly application: ReadonlyMap<string, Uint8Array>,
    readonly modules: JimageReader,
  ) {}

  isInterface(className: string): boolean {
    return (this.find(className).accessFlags & ACC.INTERFACE) !== 0;
  }

  superclassOf(className: string): string | null {
    return this.find(className).superName;
  }

  isProtectedInOtherPackage(query: MemberQuery, from: string): boolean {
    for (let at: string | null = query.className; at !== null; at = this.superclassOf(at)) {
      const file = this.find(at);
      const members = query.kind === 'field' ? file.fields : file.methods;
      const member = members.find(
        ({ name, descriptor }) => name === query.name && descriptor === query.descriptor,
      );
      if (member === undefined) continue;
      return (member.accessFlags & ACC.PROTECTED) !== 0 && this.#packageOf(at) !== this.#packageOf(from);
    }
    return false;
  }

  find(className: string): ClassFile {
    let file = this.#classes.get(className);
    if (file === undefined) {
      const bytes = this.application.get(className) ?? this.modules.find(`/java.base/${className}.class`);
      if (bytes === undefined) throw new Error(`no class ${className}`);
      file = parseClassFile(bytes, className, { trusted: true });
      this.#classes.set(className, file);
    }
    return file;
  }

  #packageOf(className: string): string {
    const owner = this.application.has(className) ? 'application' : 'java.base';
    return `${owner}:${className.slice(0, className.lastIndexOf('/') + 1)}`;
  }
}

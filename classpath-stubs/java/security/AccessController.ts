// java.security.AccessController: protection domains of the running thread's frames.
import { internal } from '../../../jvm/actions.js';
import type { Machine } from '../../../jvm/machine.js';
import type { NativeTable } from '../../../jvm/natives.js';
import type { Reference } from '../../../jvm/runtime-class.js';
import { newObject } from '../../support/java-objects.js';
import { runningFrames } from '../../support/stack-walk.js';

/** Words of local variables 1 and 2 of executePrivileged(action, context, caller). */
const CONTEXT_WORD = 2;
const CALLER_WORD = 4;

export const natives = {
  'getProtectionDomain(Ljava/lang/Class;)Ljava/security/ProtectionDomain;': {
    action: internal,
    call: (m: Machine, mirror: Reference) => {
      if (mirror === 0) m.throwNew('java/lang/NullPointerException');
      return m.classes.ofMirror(mirror).protectionDomain;
    },
  },
  // Local variables always have a place in their frame here.
  'ensureMaterializedForStackWalk(Ljava/lang/Object;)V': { action: internal, call: () => {} },
  'getInheritedAccessControlContext()Ljava/security/AccessControlContext;': {
    action: internal,
    call: (m: Machine) =>
      m.getField(m.currentThreadObject(), 'java/lang/Thread', 'inheritedAccessControlContext'),
  },
  // Domains from the top frame down to the first privileged one; null where all of them are the system's.
  'getStackAccessControlContext()Ljava/security/AccessControlContext;': {
    action: internal,
    call: (m: Machine) => {
      const domains: Reference[] = [];
      let privilegedContext: Reference = 0;
      let isPrivileged = false;
      for (const { method, locals } of runningFrames(m)) {
        let type = method.declaringClass;
        isPrivileged = method.name === 'executePrivileged' && type.name === 'java/security/AccessController';
        if (isPrivileged) {
          privilegedContext = m.memory.i32[locals + CONTEXT_WORD]!;
          type = m.classes.ofMirror(m.memory.i32[locals + CALLER_WORD]!);
        }
        const domain = type.protectionDomain;
        if (domain !== 0 && domain !== domains.at(-1)) domains.push(domain);
        if (isPrivileged) break;
      }
      if (domains.length === 0 && isPrivileged && privilegedContext === 0) return 0;
      if (domains.length === 0 && !isPrivileged) return 0;
      const arrayClass = m.classes.boot('[Ljava/security/ProtectionDomain;');
      return newObject(m, 'java/security/AccessControlContext', {
        context: domains.length === 0 ? 0 : m.heap.newReferenceArray(arrayClass, domains),
        isPrivileged: Number(isPrivileged),
        privilegedContext,
        isAuthorized: 1,
      });
    },
  },
} satisfies NativeTable;

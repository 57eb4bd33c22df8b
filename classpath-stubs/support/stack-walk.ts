// Walks over the running thread's frames for Java code: callers, security contexts, StackWalker.

import type { FrameView } from '../../jvm/exceptions.js';
import { ACC, METHOD_FLAG, METHOD_ROW } from '../../jvm/layout.js';
import type { Machine } from '../../jvm/machine.js';
import { REGISTERS } from '../../jvm/memory.js';
import type { Reference, RuntimeMethod } from '../../jvm/runtime-class.js';
import { newObject, setFields } from './java-objects.js';

const MEMBER_NAME = 'java/lang/invoke/MemberName';
const STACK_FRAME_INFO = 'java/lang/StackFrameInfo';
const RESOLVED_METHOD_NAME = 'java/lang/invoke/ResolvedMethodName';

/** java.lang.invoke.MethodHandleNatives.Constants: kinds of members, and how a method is referred to. */
const IS_METHOD = 0x1_0000;
const IS_CONSTRUCTOR = 0x2_0000;
const REFERENCE_KIND_SHIFT = 24;
const REF_INVOKE_VIRTUAL = 5;
const REF_INVOKE_STATIC = 6;
const REF_INVOKE_SPECIAL = 7;
const REF_INVOKE_INTERFACE = 9;

/** The running thread's frames, the native's own first. */
export function runningFrames(m: Machine): Generator<FrameView> {
  return m.exceptions.frames(m.memory.i32[REGISTERS.currentThread]!);
}

/** True for frames that no stack trace shows (JVM-internal @Hidden methods). */
export function isHiddenMethod(m: Machine, method: RuntimeMethod): boolean {
  return (m.methodTable[method.number + METHOD_ROW.flags]! & METHOD_FLAG.hidden) !== 0;
}

/** True for frames of the reflection machinery, which do not count as callers. */
export function isIgnoredByCallerSearch(m: Machine, method: RuntimeMethod): boolean {
  const { declaringClass, name } = method;
  if (declaringClass.name === 'java/lang/reflect/Method') return name === 'invoke';
  if (declaringClass.isSubtypeOf(m.classes.boot('jdk/internal/reflect/MethodAccessorImpl'))) return true;
  return declaringClass.name.startsWith('java/lang/invoke/') && isHiddenMethod(m, method);
}

function referenceKind(method: RuntimeMethod): number {
  if (method.isStatic) return REF_INVOKE_STATIC;
  const isFinal = ((method.accessFlags | method.declaringClass.accessFlags) & ACC.final) !== 0;
  if (method.isPrivate || isFinal || method.name === '<init>') return REF_INVOKE_SPECIAL;
  return method.declaringClass.isInterface ? REF_INVOKE_INTERFACE : REF_INVOKE_VIRTUAL;
}

/** Fills a java.lang.StackFrameInfo, its MemberName included, with a frame. */
export function fillStackFrameInfo(m: Machine, info: Reference, { method, pc }: FrameView): void {
  const { declaringClass } = method;
  const kind = method.name === '<init>' ? IS_CONSTRUCTOR : IS_METHOD;
  const resolved = newObject(m, RESOLVED_METHOD_NAME, {
    $method: method.number,
    $holder: declaringClass.mirror,
  });
  setFields(m, m.getField(info, STACK_FRAME_INFO, 'memberName'), MEMBER_NAME, {
    clazz: declaringClass.mirror,
    name: m.heap.intern(method.name),
    type: m.heap.intern(method.descriptor),
    flags: (method.accessFlags & 0xffff) | kind | (referenceKind(method) << REFERENCE_KIND_SHIFT),
    method: resolved,
  });
  m.setField(info, STACK_FRAME_INFO, 'bci', pc);
}

/** Inverse of fillStackFrameInfo. */
export function frameOfStackFrameInfo(m: Machine, info: Reference): { method: RuntimeMethod; pc: number } {
  const memberName = m.getField(info, STACK_FRAME_INFO, 'memberName');
  const resolved = m.getField(memberName, MEMBER_NAME, 'method');
  const method = m.classes.method(m.getField(resolved, RESOLVED_METHOD_NAME, '$method'));
  return { method, pc: m.getField(info, STACK_FRAME_INFO, 'bci') };
}

// java.lang.ref.PhantomReference: the referent is compared as for every other reference.
import type { NativeTable } from '../../../../jvm/natives.js';
import { refersTo } from './Reference.js';

export const natives = { 'refersTo0(Ljava/lang/Object;)Z': refersTo } satisfies NativeTable;

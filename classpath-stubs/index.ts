// All native methods that the machine has, by the JDK class that declares them.
import type { NativeTable } from '../jvm/natives.js';
import { natives as javaIoConsole } from './java/io/Console.js';
import { natives as javaIoFileCleanable } from './java/io/FileCleanable.js';
import { natives as javaIoFileDescriptor } from './java/io/FileDescriptor.js';
import { natives as javaIoFileInputStream } from './java/io/FileInputStream.js';
import { natives as javaIoFileOutputStream } from './java/io/FileOutputStream.js';
import { natives as javaIoRandomAccessFile } from './java/io/RandomAccessFile.js';
import { natives as javaIoUnixFileSystem } from './java/io/UnixFileSystem.js';
import { natives as javaLangObject } from './java/lang/Object.js';
import { natives as javaLangProcessEnvironment } from './java/lang/ProcessEnvironment.js';
import { natives as javaLangSystem } from './java/lang/System.js';
import { natives as jdkInternalUtilSystemPropsRaw } from './jdk/internal/util/SystemProps$Raw.js';

export const nativeTables: ReadonlyMap<string, NativeTable> = new Map<string, NativeTable>([
  ['java/lang/Object', javaLangObject],
  ['java/io/Console', javaIoConsole],
  ['java/io/FileCleanable', javaIoFileCleanable],
  ['java/io/FileDescriptor', javaIoFileDescriptor],
  ['java/io/FileInputStream', javaIoFileInputStream],
  ['java/io/FileOutputStream', javaIoFileOutputStream],
  ['java/io/RandomAccessFile', javaIoRandomAccessFile],
  ['java/io/UnixFileSystem', javaIoUnixFileSystem],
  ['java/lang/ProcessEnvironment', javaLangProcessEnvironment],
  ['java/lang/System', javaLangSystem],
  ['jdk/internal/util/SystemProps$Raw', jdkInternalUtilSystemPropsRaw],
]);

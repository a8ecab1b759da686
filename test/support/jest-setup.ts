// Nest's packages first: CommonJS packages that require them fail inside jest's ES modules otherwise.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';

import { Module } from '@nestjs/common';
import { GetHome } from './get-home.ts';
import { GetVisitorHome } from './get-visitor-home.ts';
import { HomeController } from './home.controller.ts';
import { HomeResolver } from './home.resolver.ts';

@Module({
  controllers: [HomeController],
  providers: [HomeResolver, GetHome, GetVisitorHome],
  exports: [GetHome, GetVisitorHome],
})
export class HomeModule {}

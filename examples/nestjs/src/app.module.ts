import { Module } from "@nestjs/common";
import { ConfigModule, ConfigService } from "@nestjs/config";
import { SessionsController } from "./sessions.controller.js";
import { UserSecurityModule } from "./user-security/user-security.module.js";

@Module({
  imports: [
    UserSecurityModule.forRootAsync({
      imports: [ConfigModule.forRoot()],
      inject: [ConfigService],
      useFactory: (settings: ConfigService) => ({
        domain: settings.getOrThrow("AUTH0_DOMAIN"),
        clientId: settings.getOrThrow("AUTH0_CLIENT_ID"),
        clientSecret: settings.getOrThrow("AUTH0_CLIENT_SECRET"),
        logLevel: "info",
      }),
    }),
  ],
  controllers: [SessionsController],
})
export class AppModule {}

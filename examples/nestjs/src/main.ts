import "reflect-metadata";
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module.js";

const app = await NestFactory.create(AppModule);
// SIGTERM and SIGINT then reach onApplicationShutdown, where the service is closed.
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000, "127.0.0.1");
console.log(`Listening on ${await app.getUrl()}`);

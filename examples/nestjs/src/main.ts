import "reflect-metadata";
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module.js";

const app = await NestFactory.create(AppModule);
// Makes SIGTERM and SIGINT call onApplicationShutdown, which closes the service.
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000, "127.0.0.1");
console.log(`Listening on ${await app.getUrl()}`);

import { cameraRoutes } from "./cameras.ts";
import { commentRoutes } from "./comment-routes.ts";
import { markerRoutes } from "./marker-routes.ts";
import { recordingControlRoutes } from "./recording-control.ts";
import { recordingRoutes } from "./recordings.ts";
import { rightsRoutes } from "./rights.ts";
import { roomRoutes } from "./rooms.ts";
import type { Route } from "./route.ts";
import { scheduleRoutes } from "./schedules.ts";
import { sessionRoutes } from "./sessions.ts";
import { templateRoutes } from "./templates.ts";
import { userGroupRoutes } from "./user-groups.ts";
import { userRoutes } from "./users.ts";

/** Every question that needs a token. `POST login` is the one that does not. */
export const ROUTES: readonly Route[] = [
  ...sessionRoutes,
  ...roomRoutes,
  ...recordingControlRoutes,
  ...recordingRoutes,
  ...markerRoutes,
  ...commentRoutes,
  ...scheduleRoutes,
  ...cameraRoutes,
  ...userRoutes,
  ...userGroupRoutes,
  ...rightsRoutes,
  ...templateRoutes,
];
